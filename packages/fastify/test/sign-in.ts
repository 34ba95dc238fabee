import type { Auth } from '@postern/core'
import type { FastifyInstance, FastifyPluginCallback } from 'fastify'

/** Header fields of a person opening a page. */
export const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

/** Header fields of a script of our own pages. */
export const SCRIPT = { accept: 'application/json', 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' }

/** Where the provider sends the browser back to, for a sign-in just started, and the cookies it then sends. */
export async function startSignIn(app: FastifyInstance, basePath = '/auth') {
  const login = await app.inject({ url: `${basePath}/login/castle`, headers: NAVIGATION })
  const state = new URL(String(login.headers.location)).searchParams.get('state')
  return {
    url: `${basePath}/callback/castle?code=ann&state=${state}`,
    cookie: cookieHeader(login.headers['set-cookie']),
  }
}

/** The `Cookie` header of a browser in which ann is signed in. */
export async function signIn(app: FastifyInstance, basePath = '/auth'): Promise<string> {
  const { url, cookie } = await startSignIn(app, basePath)
  const callback = await app.inject({ url, headers: { ...NAVIGATION, cookie } })
  return cookieHeader(callback.headers['set-cookie'])
}

function cookieHeader(lines: string | readonly string[] | undefined): string {
  const kept = [lines ?? []].flat().filter((line) => !line.includes('Max-Age=0'))
  return kept.map((line) => line.split(';', 1)[0]).join('; ')
}

/** What the routes of these tests say about a visitor. */
export function nameOf(auth: Auth): string {
  return auth.authenticated ? auth.subject : 'nobody'
}

/** A scope of its own, with everything that `fill` puts in it. */
export function scope(fill: (scope: FastifyInstance) => unknown): FastifyPluginCallback {
  return (instance, _options, done) => {
    fill(instance)
    done()
  }
}
