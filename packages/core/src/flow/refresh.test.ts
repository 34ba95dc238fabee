import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { headerAfter } from '../../test/cookies.ts'
import { json, type Respond, text } from '../../test/local-server.ts'
import { FETCH, request } from '../../test/request.ts'
import { type RotatingTokens, rotatingTokens } from '../../test/rotating-tokens.ts'
import { type Stage, type StageOptions, setStage } from '../../test/stage.ts'
import { askForToken, type TokenRequest } from '../../test/token-request.ts'
import { memoryStore } from '../store/memory.ts'

const SECOND = 1_000
const HOUR = 3_600 * SECOND

let stage: Stage
let tokens: RotatingTokens
let isStored: boolean

async function begin(options: StageOptions = {}): Promise<void> {
  tokens = rotatingTokens()
  const capabilities = {
    refresh: true,
    rotation: true,
    revocation: true,
    endSession: false,
    idToken: false,
    pkce: true,
  }
  stage = await setStage({
    gateway: { ...(isStored ? { store: memoryStore({ now: () => stage.now() }) } : {}), ...options.gateway },
    provider: { capabilities, timeout: 0.5, ...options.provider },
  })
  stage.server.on('/token', tokens.respond)
}

function ask(cookies: string | undefined, cacheControl?: string): Promise<TokenRequest> {
  return askForToken(stage.gateway, cookies, cacheControl)
}

function askAtOnce(count: number, cookies: string | undefined): Promise<readonly TokenRequest[]> {
  return Promise.all(Array.from({ length: count }, () => ask(cookies)))
}

function eventsOf(type: string): number {
  return stage.events.filter((event) => event.type === type).length
}

/** Tokens the provider was asked to end. */
function revoked(): readonly (string | null)[] {
  return stage.server.receivedAt('/revoke').map(({ body }) => new URLSearchParams(body).get('token'))
}

const lost: Respond = (response) => void response.destroy()

const PLACES = [
  ['sealed in the cookie', false],
  ['kept in a store', true],
] as const

describe.each(PLACES)('a session %s', (_where, stored) => {
  beforeEach(async () => {
    isStored = stored
    await begin()
  })
  afterEach(() => stage.close())

  it('presents its token once, however many requests find it due', async () => {
    let { cookies } = await stage.signedIn()
    for (let cycle = 1; cycle <= 5; cycle += 1) {
      stage.now.advance(HOUR)
      const all = await askAtOnce(50, cookies)
      expect(new Set(all.map(({ token }) => token))).toEqual(new Set([`access-1-${cycle}`]))
      cookies = all[0]?.cookies
    }
    expect(tokens.presented).toEqual([0, 1, 2, 3, 4].map((generation) => `refresh-1-${generation}`))
    expect(eventsOf('token_refreshed')).toBe(5)
  })

  it('never gets the token of another', async () => {
    const browsers = await Promise.all(Array.from({ length: 20 }, () => stage.signedIn()))
    const before = await Promise.all(browsers.map(({ cookies }) => ask(cookies)))
    stage.now.advance(HOUR)
    const after = await Promise.all(browsers.flatMap(({ cookies }) => [ask(cookies), ask(cookies), ask(cookies)]))
    const families = before.flatMap(({ token }) => Array(3).fill(token?.replace(/-0$/, '-1')))
    expect(after.map(({ token }) => token)).toEqual(families)
    expect(new Set(tokens.presented).size).toBe(20)
  })

  it('serves requests that hold the cookie of before, also when the token was renewed again since', async () => {
    tokens.expiresIn = 10
    const { cookies: before } = await stage.signedIn()
    let cookies = before
    for (let cycle = 1; cycle <= 4; cycle += 1) {
      stage.now.advance(10 * SECOND)
      const one = await ask(cookies)
      expect(one.token).toBe(`access-1-${cycle}`)
      cookies = one.cookies
    }
    expect((await ask(before)).token).toBe('access-1-4')
    stage.now.advance(10 * SECOND)
    expect((await ask(before)).token).toBe('access-1-5')
    expect((await ask(cookies)).token).toBe('access-1-5')
    expect(tokens.presented).toHaveLength(5)
  })

  it('presents a token that stays the same again when the access token has expired again', async () => {
    stage.server.on('/token', json(200, { ...STATIC, access_token: 'access-0' }))
    let { cookies } = await stage.signedIn()
    for (let cycle = 1; cycle <= 3; cycle += 1) {
      stage.server.on('/token', json(200, { ...STATIC, access_token: `access-${cycle}` }))
      stage.now.advance(10 * SECOND)
      const [one, other] = await askAtOnce(2, cookies)
      expect([one?.token, other?.token]).toEqual([`access-${cycle}`, `access-${cycle}`])
      cookies = one?.cookies
    }
    expect(stage.tokenRequests()).toBe(1 + 3)
  })

  it('keeps the refresh token and the scope that an answer leaves out, and never gains a scope', async () => {
    stage.server.on('/token', json(200, { ...STATIC, access_token: 'access-0', scope: 'read write' }))
    let { cookies } = await stage.signedIn()
    for (const [scope, kept] of [
      [undefined, ['read', 'write']],
      ['read admin', ['read']],
      ['', []],
    ] as const) {
      stage.server.on('/token', json(200, { access_token: 'next', token_type: 'Bearer', expires_in: 10, scope }))
      stage.now.advance(10 * SECOND)
      cookies = (await ask(cookies)).cookies
      const visit = stage.gateway.visit(request({ headers: { ...FETCH, cookie: cookies } }))
      await visit.load()
      expect(visit.auth.authenticated && visit.auth.scope).toEqual(kept)
    }
    expect(stage.tokenRequests()).toBe(4)
  })

  it.each([
    ['nothing', undefined],
    ['zero', 0],
    ['a negative number', -5],
    ['nonsense', 'soon'],
  ])('is not renewed for an answer that says %s of how long its token lives', async (_what, expiresIn) => {
    let { cookies } = await stage.signedIn()
    tokens.members = { expires_in: expiresIn }
    stage.now.advance(HOUR)
    cookies = (await ask(cookies)).cookies
    stage.now.advance(24 * HOUR)
    expect((await ask(cookies)).token).toBe('access-1-1')
    expect(tokens.presented).toHaveLength(1)
  })

  it('lives with tokens of a second, and of ten years', async () => {
    tokens.expiresIn = 1
    let { cookies } = await stage.signedIn()
    for (let cycle = 1; cycle <= 3; cycle += 1) {
      stage.now.advance(SECOND)
      const one = await ask(cookies)
      expect(one.token).toBe(`access-1-${cycle}`)
      cookies = one.cookies
    }
    tokens.expiresIn = 1e12
    stage.now.advance(SECOND)
    cookies = (await ask(cookies)).cookies
    stage.now.advance(24 * HOUR)
    expect((await ask(cookies)).token).toBe('access-1-4')
  })

  it('asks for no token where none is needed: pages, polling and signing out', async () => {
    const browser = await stage.signedIn()
    stage.now.advance(2 * HOUR)
    await browser.open('/auth/session')
    await stage.gateway.visit(request({ headers: { ...FETCH, cookie: browser.cookies } })).guard({})
    await browser.open('/auth/logout', { method: 'POST', headers: FETCH })
    expect(tokens.presented).toEqual([])
  })

  describe('whose grant is dead', () => {
    it.each([
      ['as RFC 6749 says', json(400, { error: 'invalid_grant' })],
      ['behind a challenge', json(401, { error: 'invalid_grant' }, { 'www-authenticate': 'Bearer' })],
      ['with 200, as GitHub says', json(200, { error: 'bad_refresh_token' })],
      ['as LemonLDAP says', json(400, { error: 'invalid_request' })],
      ['with nothing in the body', text(400, '')],
      ['with 403', json(403, { error: 'access_denied' })],
    ])('ends once and cleanly: %s', async (_how, refusal) => {
      const { cookies } = await stage.signedIn()
      tokens.interrupt = () => refusal
      stage.now.advance(HOUR)
      const all = await askAtOnce(10, cookies)
      for (const one of all) {
        expect(one.error?.code).toBe('sign_in_required')
        expect(one.cookies).not.toContain('session')
        expect(one.settlement?.headers).toContainEqual(['cache-control', 'private, no-store'])
      }
      await askAtOnce(10, cookies)
      expect(tokens.presented).toHaveLength(1)
      expect(eventsOf('session_ended')).toBe(1)
    })

    it('ends before its token has expired, too', async () => {
      const { cookies } = await stage.signedIn()
      tokens.interrupt = () => json(400, { error: 'invalid_grant' })
      stage.now.advance(HOUR - 10 * SECOND)
      expect((await ask(cookies)).error?.code).toBe('sign_in_required')
      expect((await ask(cookies)).error?.code).toBe('sign_in_required')
      expect(tokens.presented).toHaveLength(1)
    })

    it('leaves other sessions of the user alone', async () => {
      const { cookies: phone } = await stage.signedIn()
      const { cookies: laptop } = await stage.signedIn()
      tokens.interrupt = () => json(400, { error: 'invalid_grant' })
      stage.now.advance(HOUR)
      await ask(phone)
      tokens.interrupt = undefined
      expect((await ask(laptop)).token).toBe('access-2-1')
    })
  })

  describe('whose provider is in trouble', () => {
    it.each<[string, Respond]>([
      ['503', text(503, 'later')],
      ['429', text(429, '', { 'retry-after': '2' })],
      ['a firewall', text(403, '<title>Just a moment...</title>')],
      ['HTML', text(200, '<html>')],
      ['a broken connection', lost],
      ['half an answer', text(200, '{"access_tok')],
    ])('is kept: %s', async (_what, trouble) => {
      const { cookies } = await stage.signedIn()
      tokens.interrupt = () => trouble
      stage.now.advance(HOUR - 10 * SECOND)
      expect((await ask(cookies)).token).toBe('access-1-0')
      stage.now.advance(HOUR)
      const { error } = await ask(cookies)
      expect([502, 503, 504]).toContain(error?.status)
      expect(error?.code).not.toBe('sign_in_required')
      tokens.interrupt = undefined
      stage.now.advance(5 * SECOND)
      expect((await ask(cookies)).token).toBe('access-1-1')
    })

    it('says when to come back', async () => {
      const { cookies } = await stage.signedIn()
      tokens.interrupt = () => text(503, '')
      stage.now.advance(HOUR)
      const { error } = await ask(cookies)
      expect([error?.status, Number(error?.headers['retry-after'])]).toEqual([503, 5])
    })

    it('does not trouble it more, and asks again after five seconds at the latest', async () => {
      const { cookies } = await stage.signedIn()
      tokens.interrupt = () => text(503, '')
      stage.now.advance(HOUR)
      for (let call = 0; call < 100; call += 1) await ask(cookies)
      expect(tokens.presented).toHaveLength(1)
      stage.now.advance(5 * SECOND)
      await ask(cookies)
      expect(tokens.presented).toHaveLength(2)
    })

    it('asks again when the clock was set back, too', async () => {
      const { cookies } = await stage.signedIn()
      tokens.interrupt = () => text(503, '')
      stage.now.advance(4 * HOUR)
      await ask(cookies)
      tokens.interrupt = undefined
      stage.now.advance(-2 * HOUR)
      expect((await ask(cookies)).token).toBe('access-1-1')
    })

    it('asks once more for an answer that got lost', async () => {
      stage.server.on('/token', json(200, { ...STATIC, access_token: 'access-0' }))
      const { cookies } = await stage.signedIn()
      let isFirst = true
      stage.server.on('/token', async (response, received) => {
        if (!isFirst) return json(200, { ...STATIC, access_token: 'access-1' })(response, received)
        isFirst = false
        response.destroy()
      })
      stage.now.advance(10 * SECOND)
      expect((await ask(cookies)).token).toBe('access-1')
      expect(stage.tokenRequests()).toBe(3)
    })

    it('ends cleanly when the token turns out to have been rotated in the answer that got lost', async () => {
      const { cookies } = await stage.signedIn()
      let isFirst = true
      tokens.interrupt = (answer) => async (response, received) => {
        if (!isFirst) return answer(response, received)
        isFirst = false
        // The provider has done its part.
        const rotated = Object.assign(Object.create(response), { writeHead: () => ({ end: () => undefined }) })
        await answer(rotated, received)
        response.destroy()
      }
      stage.now.advance(HOUR)
      const all = await askAtOnce(10, cookies)
      expect(all.map(({ error }) => error?.code)).toEqual(Array(10).fill('sign_in_required'))
      await askAtOnce(10, cookies)
      expect(tokens.presented).toHaveLength(2)
    })
  })

  describe('whose provider refuses the application', () => {
    it.each(['invalid_client', 'unauthorized_client', 'invalid_scope'])('is kept: %s', async (error) => {
      const { cookies } = await stage.signedIn()
      tokens.interrupt = () => json(400, { error })
      stage.now.advance(HOUR)
      expect((await ask(cookies)).error?.code).toBe('client_refused')
      expect(eventsOf('refresh_failed')).toBe(1)
      tokens.interrupt = undefined
      stage.now.advance(5 * SECOND)
      expect((await ask(cookies)).token).toBe('access-1-1')
    })

    it('does not ask it again for every other session', async () => {
      const browsers = await Promise.all(Array.from({ length: 30 }, () => stage.signedIn()))
      tokens.interrupt = () => json(401, { error: 'invalid_client' })
      stage.now.advance(HOUR)
      for (const { cookies } of browsers) expect((await ask(cookies)).error?.code).toBe('client_refused')
      expect(tokens.presented).toHaveLength(3)
      stage.now.advance(5 * SECOND)
      await Promise.all(browsers.map(({ cookies }) => ask(cookies)))
      expect(tokens.presented).toHaveLength(4)
      tokens.interrupt = undefined
      stage.now.advance(5 * SECOND)
      for (const { cookies } of browsers) expect((await ask(cookies)).error).toBeUndefined()
    })
  })

  describe('that is signed out while its token is being renewed', () => {
    it('stays signed out, and what was won is revoked', async () => {
      const browser = await stage.signedIn()
      const { cookies } = browser
      const holding = holdRefresh()
      stage.now.advance(HOUR)
      const waiting = askAtOnce(3, cookies)
      await holding.arrived
      await browser.open('/auth/logout', { method: 'POST', headers: FETCH })
      holding.release()
      for (const one of await waiting) {
        expect(one.error?.code).toBe('sign_in_required')
        expect(one.cookies).not.toContain('session')
      }
      expect((await ask(cookies)).error?.code).toBe('sign_in_required')
      await stage.gateway.close()
      expect(new Set(revoked())).toEqual(new Set(['refresh-1-0', 'access-1-0', 'refresh-1-1', 'access-1-1']))
      expect(eventsOf('session_ended')).toBe(0)
    })

    it('has its latest tokens revoked, though the browser still held the cookie of before', async () => {
      const browser = await stage.signedIn()
      stage.now.advance(HOUR)
      expect((await ask(browser.cookies)).token).toBe('access-1-1')
      await browser.open('/auth/logout', { method: 'POST', headers: FETCH })
      await stage.gateway.close()
      expect(revoked()).toEqual(['refresh-1-1', 'access-1-1'])
    })
  })

  it('is refreshed to the end when the gateway is closing', async () => {
    const { cookies } = await stage.signedIn()
    const holding = holdRefresh()
    stage.now.advance(HOUR)
    const waiting = ask(cookies)
    await holding.arrived
    const closing = stage.gateway.close()
    holding.release()
    await closing
    expect((await waiting).token).toBe('access-1-1')
  })

  it('does not spend its token once the gateway is closing, and serves as long as it can', async () => {
    const { cookies } = await stage.signedIn()
    stage.now.advance(HOUR - SECOND)
    await stage.gateway.close()
    expect((await ask(cookies)).token).toBe('access-1-0')
    stage.now.advance(SECOND)
    const { error } = await ask(cookies)
    expect([error?.code, error?.headers['retry-after']]).toEqual(['gateway_closed', '1'])
    expect(tokens.presented).toEqual([])
  })

  it('whose token an API refuses is renewed once, and not for every refusal', async () => {
    await stage.close()
    const api: Respond[] = []
    await begin({ provider: { apiOrigins: ['https://api.example'] }, gateway: { fetch: throughTo(() => stage, api) } })
    const first = await stage.signedIn()
    api.push(text(401, ''), json(200, {}))
    let { status, cookies } = await call(first.cookies)
    expect([status, tokens.presented]).toEqual([200, ['refresh-1-0']])
    for (let refusals = 0; refusals < 10; refusals += 1) {
      api.push(text(401, ''))
      ;({ status, cookies } = await call(cookies))
      expect([status, tokens.presented]).toEqual([401, ['refresh-1-0']])
    }
    stage.now.advance(5 * SECOND)
    api.push(text(401, ''), json(200, {}))
    ;({ status } = await call(cookies))
    expect([status, tokens.presented]).toEqual([200, ['refresh-1-0', 'refresh-1-1']])
  })

  function holdRefresh(): { readonly arrived: Promise<void>; release(): void } {
    const { promise: arrived, resolve } = Promise.withResolvers<void>()
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    tokens.interrupt = (answer) => async (response, received) => {
      resolve()
      await released
      await answer(response, received)
    }
    return { arrived, release }
  }
})

const STATIC = { refresh_token: 'static', token_type: 'Bearer', expires_in: 10, scope: 'read' }

/** `fetch` that has calls of the API answered in this process, in turn. */
function throughTo(of: () => Stage, answers: Respond[]): typeof fetch {
  return async (input, init) => {
    if (!String(input).startsWith('https://api.example')) return fetch(input, init)
    of().server.on('/api', answers.shift() ?? text(500, ''))
    return fetch(`${of().server.origin}/api`, init)
  }
}

/** One call of the API by a browser with these cookies: what it answered, and the browser's cookies afterwards. */
async function call(cookies: string | undefined): Promise<{ status: number; cookies: string | undefined }> {
  const visit = stage.gateway.visit(request({ headers: { ...FETCH, cookie: cookies } }))
  await visit.load()
  if (!visit.auth.authenticated) throw new Error('not signed in')
  const { status } = await visit.auth.fetch('https://api.example/list')
  return { status, cookies: headerAfter(visit.settle(undefined)?.cookies ?? [], cookies) }
}

describe('a sealed session', () => {
  beforeEach(async () => {
    isStored = false
    await begin()
  })
  afterEach(() => stage.close())

  it('that was renewed is taken to the browser also by a response that caches were to keep, and no cache keeps it', async () => {
    const { cookies } = await stage.signedIn()
    const public600 = 'public, max-age=600'
    expect((await ask(cookies, public600)).settlement).toBeUndefined()
    stage.now.advance(HOUR)
    const one = await ask(cookies, public600)
    expect(one.settlement?.headers).toContainEqual(['cache-control', 'private, no-store'])
    expect(one.cookies).not.toBe(cookies)
    stage.now.advance(HOUR)
    expect((await ask(one.cookies)).token).toBe('access-1-2')
  })

  it('does not spend its token when the response has begun, and says what to do', async () => {
    const { cookies } = await stage.signedIn()
    const late = async () => {
      const visit = stage.gateway.visit(request({ headers: { ...FETCH, cookie: cookies } }))
      const { auth } = visit
      visit.settle(undefined)
      return auth.authenticated ? auth.accessToken() : undefined
    }
    expect(await late()).toBe('access-1-0')
    stage.now.advance(HOUR - SECOND)
    expect(await late()).toBe('access-1-0')
    stage.now.advance(SECOND)
    await expect(late()).rejects.toMatchObject({ code: 'response_begun', message: expect.stringContaining('store') })
    expect(tokens.presented).toEqual([])
    const { token } = await ask(cookies)
    expect([token, await late()]).toEqual(['access-1-1', 'access-1-1'])
  })

  it('keeps nobody for a second deadline whose token still works', async () => {
    const { cookies } = await stage.signedIn()
    tokens.interrupt = () => () => undefined
    stage.now.advance(HOUR - 10 * SECOND)
    expect((await ask(cookies)).token).toBe('access-1-0')
    expect(tokens.presented).toEqual(['refresh-1-0'])
    stage.now.advance(10 * SECOND)
    expect((await ask(cookies)).error?.code).toBe('provider_unavailable')
    expect(tokens.presented).toHaveLength(1 + 2)
    tokens.interrupt = undefined
    stage.now.advance(5 * SECOND)
    expect((await ask(cookies)).token).toBe('access-1-1')
  })

  it('that outgrows its cookies ends, with a word to the operator, and what was won is revoked', async () => {
    const { cookies } = await stage.signedIn()
    tokens.members = { access_token: 'x'.repeat(13_000) }
    stage.now.advance(HOUR)
    const [one, other] = await askAtOnce(2, cookies)
    expect(one?.error?.code).toBe('session_too_large')
    expect(one?.error?.advice).toContain('access token of a, 13000 bytes')
    expect(other?.error?.code).toBe('session_too_large')
    expect((await ask(cookies)).error?.code).toBe('sign_in_required')
    expect(stage.events.find(({ type }) => type === 'refresh_failed')).toMatchObject({ code: 'session_too_large' })
    await stage.gateway.close()
    expect(revoked()).toContain('refresh-1-1')
    expect(tokens.presented).toHaveLength(1)
  })
})

describe('a session in a store', () => {
  beforeEach(async () => {
    isStored = true
    await begin()
  })
  afterEach(() => stage.close())

  it('can be renewed when the response has begun, and while one streams on', async () => {
    const { cookies } = await stage.signedIn()
    const visit = stage.gateway.visit(request({ headers: { ...FETCH, cookie: cookies } }))
    await visit.load()
    visit.settle(undefined)
    for (let cycle = 1; cycle <= 3; cycle += 1) {
      stage.now.advance(HOUR)
      expect(visit.auth.authenticated && (await visit.auth.accessToken())).toBe(`access-1-${cycle}`)
    }
  })

  it('has its cookie left alone by a refresh that another request made', async () => {
    const { cookies } = await stage.signedIn()
    stage.now.advance(HOUR)
    await ask(cookies)
    expect((await ask(cookies)).settlement).toBeUndefined()
  })
})
