import { hash } from 'node:crypto'
import type { RequestListener } from 'node:http'
import type { Anonymous, Auth, Requirement } from '@postern/core'
import { GOLD } from './openid-provider.ts'

export interface ApplicationRoute {
  readonly path: string
  /** Absent: everybody may pass, and is nobody: with a store, a session would have to be loaded first. */
  readonly requirement?: Requirement
  /** A string is a page, anything else is sent as JSON. */
  answer(auth: Auth): Promise<unknown>
}

/** The application, as one of the frameworks runs it. */
export interface MountedApplication {
  readonly listener: RequestListener
  close(): Promise<void>
}

export const NOBODY: Anonymous = { authenticated: false }

/** The application of these tests: the same routes stand in both frameworks. */
export const ROUTES: readonly ApplicationRoute[] = [
  { path: '/', answer: async () => ({ page: 'start' }) },
  { path: '/bye', answer: async () => ({ page: 'bye' }) },
  { path: '/watch', answer: async () => WATCHING },
  { path: '/me', requirement: {}, answer: async (auth) => ({ user: auth.user, provider: auth.provider }) },
  { path: '/recent', requirement: { maxAge: 60 }, answer: async ({ user }) => ({ recent: user?.id }) },
  { path: '/gold', requirement: { acr: [GOLD] }, answer: async ({ user }) => ({ gold: user?.id }) },
  {
    path: '/token',
    requirement: {},
    answer: async (auth) => ({ token: auth.authenticated ? hash('sha256', await auth.accessToken()) : undefined }),
  },
]

/** A page that notices when its session is over. */
const WATCHING = `<!doctype html>
<title>Watching</title>
<h1>…</h1>
<script>
  async function look() {
    const session = await (await fetch('/auth/session')).json()
    document.querySelector('h1').textContent = session.authenticated ? 'Signed in as ' + session.user.id : 'Signed out'
    if (session.authenticated) setTimeout(look, 200)
  }
  look()
</script>
`
