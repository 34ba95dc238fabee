import { randomUUID } from 'node:crypto'
import { createBrowser, startScriptedProvider } from '@postern/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { ADAPTERS } from './application.ts'
import {
  expectRefusal,
  isSignedIn,
  type LogoutTokenStage,
  type ScriptedProviders,
  setUpLogoutTokens,
  tokenForm,
} from './logout-token-stage.ts'

let providers: ScriptedProviders

beforeAll(async () => {
  const [op, other] = await Promise.all([
    startScriptedProvider({ hostname: 'localhost' }),
    startScriptedProvider({ hostname: 'localhost' }),
  ])
  providers = { op, other }
})

afterEach(() => providers.op.restore())

afterAll(() => Promise.all([providers.op.close(), providers.other.close()]))

describe.each(ADAPTERS)('a logout token that holds, on %s', (adapter) => {
  let stage: LogoutTokenStage

  beforeEach(async () => {
    stage = await setUpLogoutTokens(adapter, providers)
    const { app } = stage
    onTestFinished(() => app.close())
  })

  it('ends the session that it names, whatever else comes with it', async () => {
    const [ada, elsewhere] = [await stage.signIn('ada', 'sid-1'), await stage.signIn('ada', 'sid-2')]
    const token = await providers.op.logoutToken({
      clientId: stage.clientId,
      sid: 'sid-1',
      claims: { ignored_claim: 1 },
    })
    const body = new URLSearchParams({ ignored_parameter: 'x', logout_token: token })
    const answer = await stage.post(body, { cookie: elsewhere.cookies.header(stage.app.origin) ?? '' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect([await isSignedIn(ada), await isSignedIn(elsewhere)]).toEqual([false, true])
  })

  it('ends every session of the user that it names, at this provider', async () => {
    const browsers = [
      await stage.signIn('ada', 'sid-1'),
      await stage.signIn('ada', 'sid-2'),
      await stage.signIn('ada', 'sid-3'),
      await stage.signIn('grace', 'sid-4'),
      await stage.signIn('ada', 'sid-1', 'other'),
    ]
    expect((await stage.logOut({ subject: 'ada' })).status).toBe(200)
    expect(await Promise.all(browsers.map(isSignedIn))).toEqual([false, false, false, true, true])
  })

  it.each([['logout+jwt'], ['application/logout+jwt'], ['JWT'], [undefined]])('may have the type %s', async (typ) => {
    const ada = await stage.signIn('ada', 'sid-1')
    expect((await stage.logOut({ sid: 'sid-1', header: { typ } })).status).toBe(200)
    expect(await isSignedIn(ada)).toBe(false)
  })

  it('may name its audience in a list', async () => {
    expect((await stage.logOut({ sid: 'sid-1', claims: { aud: [stage.clientId] } })).status).toBe(200)
  })

  it('is a success for a session that is not there', async () => {
    expect((await stage.logOut({ sid: 'never-seen' })).status).toBe(200)
    expect((await stage.logOut({ subject: 'nobody' })).status).toBe(200)
  })

  it.each([
    ['the session', { sid: 'sid-1' }],
    ['the user', { subject: 'ada' }],
  ])('ends a sign-in that is under way, when it names %s', async (_, whom) => {
    providers.op.change({ user: { sub: 'ada' }, idToken: { claims: { sid: 'sid-1' } } })
    const browser = createBrowser({ origin: stage.app.origin })
    const login = await browser.navigate('/auth/login/op?return_to=/me', { redirects: 'manual' })
    const redirect = await login.follow({ redirects: 'manual' })
    expect(redirect.location).toContain('/auth/callback/op')
    expect((await stage.logOut(whom)).status).toBe(200)

    const refused = await redirect.follow()
    expect(refused.status).toBe(403)
    expect(refused.text).toContain('Signed out at the provider')
    expect(await isSignedIn(browser)).toBe(false)
    providers.op.restore()
    expect(await isSignedIn(await stage.signIn('ada', 'sid-2'))).toBe(true)
  })

  it('is refused without its type where the definition of the provider wants typed ones', async () => {
    const typed = await setUpLogoutTokens(adapter, providers, 'accept-typed')
    onTestFinished(() => typed.app.close())
    const ada = await typed.signIn('ada', 'sid-1')
    for (const typ of ['JWT', undefined]) expectRefusal(await typed.logOut({ sid: 'sid-1', header: { typ } }))
    expect(await isSignedIn(ada)).toBe(true)
    expect((await typed.logOut({ sid: 'sid-1' })).status).toBe(200)
    expect(await isSignedIn(ada)).toBe(false)
  })

  it('costs the provider two key fetches at most, a thousand times replayed and among a thousand forged ones', async () => {
    const ada = await stage.signIn('ada', 'sid-1')
    const before = providers.op.requestsTo('jwks').length
    const token = await providers.op.logoutToken({ clientId: stage.clientId, subject: 'ada' })
    const replays = await many(1_000, () => stage.post(tokenForm(token)))
    expect(new Set(replays)).toEqual(new Set([200]))
    expect(await isSignedIn(ada)).toBe(false)
    // The replays end nothing that came after the token.
    const again = await stage.signIn('ada', 'sid-2')
    expect((await stage.post(tokenForm(token))).status).toBe(200)

    const forged = await many(1_000, () =>
      stage.logOut({ subject: 'ada', signWith: 'unpublished-key', header: { kid: randomUUID() } }),
    )
    expect(new Set(forged)).toEqual(new Set([400]))
    expect(await isSignedIn(again)).toBe(true)
    expect(providers.op.requestsTo('jwks').length - before).toBeLessThanOrEqual(2)
  })

  it('waits for keys that cannot be fetched, and nothing is ended meanwhile', async () => {
    const ada = await stage.signIn('ada', 'sid-1')
    await providers.op.rotateKeys('drop-old')
    const token = await providers.op.logoutToken({ clientId: stage.clientId, sid: 'sid-1' })
    const before = providers.op.requestsTo('jwks').length
    providers.op.change({ endpoints: { jwks: { status: 500 } } })
    const refused = await many(50, () => stage.post(tokenForm(token)))
    for (const status of refused) expect([400, 503]).toContain(status)
    expect(providers.op.requestsTo('jwks').length - before).toBeLessThanOrEqual(2)
    expect(await isSignedIn(ada)).toBe(true)

    providers.op.restore()
    stage.app.pass(31)
    expect((await stage.post(tokenForm(token))).status).toBe(200)
    expect(await isSignedIn(ada)).toBe(false)
  })
})

/** Statuses of so many requests, some at once. */
async function many(count: number, send: () => Promise<Response>): Promise<readonly number[]> {
  const statuses: number[] = []
  const worker = async (): Promise<void> => {
    for (let sent = 0; sent < count / 20; sent += 1) {
      const response = await send()
      await response.arrayBuffer()
      statuses.push(response.status)
    }
  }
  await Promise.all(Array.from({ length: 20 }, worker))
  return statuses
}
