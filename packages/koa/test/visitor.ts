import type { Auth } from '@postern/core'
import type Koa from 'koa'
import { listen } from './listen.ts'
import { type Sending, send as sendTo } from './send.ts'

/** Header fields of a person opening a page. */
export const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

/** Header fields of a script of our own pages. */
export const SCRIPT = { accept: 'application/json', 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' }

/** A client of a running application. */
export interface Visitor {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>
  post(path: string, body: string, headers?: Readonly<Record<string, string>>): Promise<Response>
  send(path: string, sending: Sending): Promise<Response>
  /** Where the provider sends the browser back to, for a sign-in just started, and the cookies it then sends. */
  startSignIn(basePath?: string): Promise<{ readonly path: string; readonly cookie: string }>
  /** The `Cookie` header of a browser in which ann is signed in. */
  signIn(basePath?: string): Promise<string>
}

/** Runs an application for as long as `use` takes. */
export async function visit(
  app: Pick<Koa, 'callback' | 'listen'>,
  use: (visitor: Visitor) => Promise<void>,
): Promise<void> {
  const { origin, close } = await listen(app)
  const send: Visitor['send'] = (path, sending) => sendTo(origin + path, sending)
  const get: Visitor['get'] = (path, headers = {}) => send(path, { headers })
  const startSignIn: Visitor['startSignIn'] = async (basePath = '/auth') => {
    const login = await get(`${basePath}/login/castle`, NAVIGATION)
    const state = new URL(String(login.headers.get('location'))).searchParams.get('state')
    return { path: `${basePath}/callback/castle?code=ann&state=${state}`, cookie: cookieHeader(login) }
  }
  try {
    await use({
      get,
      send,
      post: (path, body, headers = {}) => send(path, { method: 'POST', body, headers }),
      startSignIn,
      async signIn(basePath) {
        const { path, cookie } = await startSignIn(basePath)
        return cookieHeader(await get(path, { ...NAVIGATION, cookie }))
      },
    })
  } finally {
    await close()
  }
}

function cookieHeader({ headers }: Response): string {
  const kept = headers.getSetCookie().filter((line) => !line.includes('Max-Age=0'))
  return kept.map((line) => line.split(';', 1)[0]).join('; ')
}

/** What the routes of these tests say about a visitor. */
export function nameOf(auth: Auth): string {
  return auth.authenticated ? auth.subject : 'nobody'
}
