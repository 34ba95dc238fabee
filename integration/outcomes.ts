import type { Browser, Page, RecordedRequest, StoredCookie } from '@postern/testing'
import { expect } from 'vitest'
import { ORIGIN, SESSION, TRANSACTION } from './stage.ts'

/** NOSESS: nobody is signed in, no session cookie is there, and nothing that is guarded opens. */
export async function expectNoSession(browser: Browser): Promise<void> {
  expect(sessionCookies(browser), 'session cookies').toEqual([])
  await expectAnonymous(browser)
}

/** What the gateway says of a browser whose cookies no longer count. */
export async function expectAnonymous(browser: Browser): Promise<void> {
  const session = await browser.fetch('/auth/session', { from: ORIGIN })
  expect([session.status, session.json()]).toEqual([200, { authenticated: false }])
  const members = await browser.fetch('/members', { from: ORIGIN })
  expect(members.status).toBe(401)
  expect(members.text).not.toContain('only')
}

/** KEEP: the session works, and is of the same subject. */
export async function expectSession(browser: Browser, subject = 'user-1', provider = 'idp'): Promise<void> {
  const session = await browser.fetch('/auth/session', { from: ORIGIN })
  expect(session.json()).toMatchObject({ authenticated: true, provider, user: { id: subject } })
  const members = await browser.fetch('/members', { from: ORIGIN })
  expect([members.status, members.json()]).toMatchObject([200, { subject, provider }])
}

/** CONSUMED: the same callback gives no further session, with the cookies of before or with those of now. */
export async function expectConsumed(
  browser: Browser,
  callback: string,
  before: readonly StoredCookie[],
  tokenRequests: () => number,
): Promise<void> {
  const spent = tokenRequests()
  const now = browser.cookies.snapshot()
  for (const cookies of [now.filter((cookie) => !isSession(cookie)), before]) {
    browser.cookies.restore(cookies)
    const replay = await browser.navigate(callback, { from: 'http://localhost/', redirects: 'manual' })
    expectClean(replay)
    expect(sessionCookies(browser)).toEqual([])
  }
  browser.cookies.restore(now)
  expect(tokenRequests(), 'token requests').toBe(spent)
}

/** CLEAN: a refusal that blames the right one, is not kept, and shows nothing of how it came about. */
export function expectClean(page: Page, ...statuses: readonly number[]): void {
  if (statuses.length === 0) expect(page.status).toSatisfy(isHonestFailure, `an honest failure: ${page.status}`)
  else expect(statuses).toContain(page.status)
  expect(page.headers.get('cache-control')).toContain('no-store')
  expect(page.text).not.toMatch(/\bat .*\.(?:ts|js):\d+|node_modules|node:internal|Error: /)
  expect(page.text).not.toMatch(REFLECTED)
}

const REFLECTED = /<script|<img|onerror=|javascript:|\{\{7\*7\}\}|evil\.example/i

function isHonestFailure(status: number): boolean {
  return (status >= 400 && status < 500) || [502, 503, 504].includes(status)
}

/** SAFE-LOC: wherever a browser is sent, it stays here, or goes to the one address of the provider. */
export function expectSafeLocation(page: Page, providerAddress?: string): void {
  for (const { url: from, headers } of page.chain) {
    const location = headers.get('location')
    if (location === null || new URL(from).origin !== ORIGIN) continue
    const url = new URL(location, ORIGIN)
    if (providerAddress !== undefined && url.href.split('?', 1)[0] === providerAddress) continue
    expect(url.origin).toBe(ORIGIN)
    expect(new URL(url.pathname + url.search + url.hash, ORIGIN).origin).toBe(ORIGIN)
  }
}

/** NOLEAK: none of these values, nor what they look like decoded or encoded, stands in any of these texts. */
export function expectNoLeak(secrets: readonly string[], texts: Readonly<Record<string, string>>): void {
  for (const secret of secrets) {
    expect(secret.length, 'a canary is long enough to be one').toBeGreaterThan(15)
    const octets = Buffer.from(secret)
    const shapes = [
      secret,
      encodeURIComponent(secret),
      ...(['base64', 'base64url', 'hex'] as const).map((encoding) => octets.toString(encoding)),
    ]
    for (const [place, text] of Object.entries(texts)) {
      const leaked = shapes.find((shape) => text.includes(shape))
      expect(leaked === undefined ? undefined : `${secret.slice(0, 6)}… in ${place}`).toBeUndefined()
    }
  }
}

/** ALIVE: the process still answers. Unhandled rejections fail the run by themselves. */
export async function expectAlive(browser: Browser): Promise<void> {
  const health = await browser.fetch('/health', { from: ORIGIN })
  expect([health.status, health.text]).toEqual([200, 'ok'])
}

export function sessionCookies({ cookies }: Browser): readonly string[] {
  return cookies.all.filter(isSession).map(({ name }) => name)
}

export function transactionCookies({ cookies }: Browser): readonly StoredCookie[] {
  return cookies.all.filter(({ name }) => name.startsWith(TRANSACTION))
}

function isSession({ name }: { readonly name: string }): boolean {
  return name.startsWith(SESSION)
}

/** Everything of a request that could carry a secret. */
export function textOf({ target, rawHeaders, body }: RecordedRequest): string {
  return [target, ...rawHeaders, body].join('\n')
}
