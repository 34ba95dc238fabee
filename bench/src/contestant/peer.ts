import type { Browser, Visit } from '../visitor/browser.ts'
import { loginAt, type Site } from '../visitor/site.ts'
import type { Entrant, Framework, PeerProgram } from './entrant.ts'

const HOME = loginAt('/login')

/** Auth.js starts a sign-in with a form, and the form holds a token that it was given with a cookie. */
const AUTH_JS: Site = {
  sessionCookies: /session-token/,
  async login(browser: Browser): Promise<Visit> {
    const { body } = await browser.visit({ url: '/auth/csrf' })
    const { csrfToken } = JSON.parse(body) as { readonly csrfToken: string }
    return {
      method: 'POST',
      url: '/auth/signin/bench',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ csrfToken }).toString(),
    }
  },
}

/** better-auth is called by a script, and answers with the address to go to. */
const BETTER_AUTH: Site = {
  login: async () => ({
    method: 'POST',
    url: '/api/auth/sign-in/social',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'bench', callbackURL: '/' }),
  }),
}

export interface Peer extends Entrant {
  readonly program: PeerProgram
}

/** Libraries of the same field, each in a folder of `bench/peers` with its own dependencies. */
export const PEERS = {
  secureSession: peer('fastify-secure-session', 'fastify', '@fastify/oauth2 + secure-session'),
  fastifySession: peer('fastify-session', 'fastify', '@fastify/oauth2 + session'),
  httpProxy: peer('fastify-http-proxy', 'fastify', '@fastify/http-proxy'),
  grant: peer('koa-grant', 'koa', 'grant + koa-session', loginAt('/oauth/bench')),
  koaProxies: peer('koa-proxies', 'koa', 'koa-proxies'),
  expressOpenId: peer('express-openid-connect', 'express', 'express-openid-connect'),
  passport: peer('passport-session', 'express', 'passport-oauth2 + express-session'),
  authJs: peer('auth-express', 'express', '@auth/express', AUTH_JS),
  betterAuth: peer('better-auth', 'node', 'better-auth', BETTER_AUTH),
  honoOidc: peer('hono-oidc-auth', 'hono', '@hono/oidc-auth'),
  ironSession: peer('iron-session', 'node', 'iron-session'),
} as const

function peer(folder: string, framework: Framework, name: string, site: Site = HOME): Peer {
  return { name, framework, program: { type: 'peer', folder }, site }
}
