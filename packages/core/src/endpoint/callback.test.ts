import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Browser } from '../../test/browser.ts'
import { headerAfter } from '../../test/cookies.ts'
import { json, text } from '../../test/local-server.ts'
import { headerOf, jsonOf } from '../../test/reply.ts'
import { FETCH, NAVIGATION } from '../../test/request.ts'
import { CANARIES, CODE, held, ORIGIN, type Stage, setStage, TOKENS } from '../../test/stage.ts'
import { GatewayError } from '../error.ts'
import type { Reply } from '../http/decision.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'

const SESSION = '__Host-postern.session'

let stage: Stage

beforeEach(async () => {
  stage = await setStage()
})

afterEach(() => stage.close())

async function isSignedIn(browser: Browser): Promise<boolean> {
  return jsonOf(await browser.open('/auth/session', { headers: FETCH }))['authenticated'] === true
}

/** Refused because of the browser or the provider, by a page that keeps to itself. */
function expectClean(reply: Reply, status?: number): void {
  if (status === undefined) expect([400, 403, 404, 405, 413, 415, 502, 503, 504]).toContain(reply.status)
  else expect(reply.status).toBe(status)
  expect(headerOf(reply, 'cache-control')).toBe('no-store')
  expect(headerOf(reply, 'referrer-policy')).toBe('no-referrer')
  expect(headerOf(reply, 'location')).toBeUndefined()
  expect(reply.cookies.filter(({ name, value }) => name.startsWith(SESSION) && value !== '')).toEqual([])
}

describe('an answer with a state that this browser did not get', () => {
  it.each<[string, (state: string) => string | undefined]>([
    ['none', () => undefined],
    ['an empty one', () => ''],
    ['one that is made up', () => 'x'.repeat(43)],
    ['one that is cut short', (state) => state.slice(0, -1)],
    ['one with a character more', (state) => `${state}A`],
    ['one in capitals', (state) => state.toUpperCase()],
    ['one that starts elsewhere', (state) => state.slice(1) + state.slice(0, 1)],
    ['one that is repeated in itself', (state) => state + state],
    ['one with a space', (state) => `${state} `],
    ['one of 10 kB', (state) => state.repeat(240)],
  ])('%s is refused, nothing is sent, and the real answer still works', async (_, change) => {
    const browser = stage.browser()
    const authorization = await browser.goToProvider()
    const state = change(authorization.searchParams.get('state') ?? '')
    const forged = await browser.open(stage.callbackFor(authorization, { state }))
    expectClean(forged, 400)
    expect(forged.cookies).toEqual([])
    expect(stage.tokenRequests()).toBe(0)
    expect(await isSignedIn(browser)).toBe(false)

    expect((await browser.open(stage.callbackFor(authorization))).status).toBe(303)
    expect(await isSignedIn(browser)).toBe(true)
  })

  it('burns nothing: an attacker’s callback in another tab leaves the sign-in alone', async () => {
    const browser = stage.browser()
    const authorization = await browser.goToProvider()
    const evil = await stage.browser().goToProvider()
    for (const answer of [stage.callbackFor(evil), '/auth/callback/a?code=x&state=y', '/auth/callback/a?error=x']) {
      expectClean(await browser.open(answer), 400)
    }
    expect((await browser.open(stage.callbackFor(authorization))).status).toBe(303)
  })

  it('keeps whoever was signed in', async () => {
    const browser = await stage.signedIn()
    expectClean(await browser.open('/auth/callback/a?code=evil&state=evil'), 400)
    expectClean(await browser.open('/auth/callback/a?error=access_denied'), 400)
    expect(await isSignedIn(browser)).toBe(true)
    expect(stage.tokenRequests()).toBe(1)
  })
})

describe('another browser', () => {
  it('cannot finish a sign-in, and the one that began it still can', async () => {
    const mine = stage.browser()
    const callback = stage.callbackFor(await mine.goToProvider())
    const other = stage.browser()
    expectClean(await other.open(callback), 400)
    const withItsOwn = stage.browser()
    await withItsOwn.goToProvider()
    expectClean(await withItsOwn.open(callback), 400)
    expect(stage.tokenRequests()).toBe(0)
    expect((await mine.open(callback)).status).toBe(303)
  })
})

describe('a malformed answer', () => {
  it.each([
    ['two codes', `code=${CODE}&code=x&state=$`],
    ['one code twice', `code=${CODE}&code=${CODE}&state=$`],
    ['two states', `code=${CODE}&state=$&state=x`],
    ['two empty errors', `code=${CODE}&state=$&error=&error=`],
    ['a code in brackets', `code[]=${CODE}&state=$`],
    ['a code with an index', `code[0]=${CODE}&state=$`],
    ['a code with a NUL in its name', `code%00=${CODE}&state=$`],
    ['no code', 'state=$'],
    ['an empty code', 'code=&state=$'],
    ['a code with a line break', 'code=a%0d%0ab&state=$'],
    ['a megabyte', `code=${CODE}&state=$&x=${'x'.repeat(1_048_576)}`],
    ['a thousand parameters', `code=${CODE}&state=$${'&x'.repeat(1_000)}`],
    ['nothing', ''],
  ])('is refused before anything is sent: %s', async (_, query) => {
    const browser = stage.browser()
    const state = (await browser.goToProvider()).searchParams.get('state') ?? ''
    expectClean(await browser.open(`/auth/callback/a?${query.replace('$', () => state)}`), 400)
    expect(stage.tokenRequests()).toBe(0)
    expect(await isSignedIn(browser)).toBe(false)
  })

  it('is one of every subset of parameters but the right ones', async () => {
    const parts = ['code', 'state', 'error', 'iss', 'access_token', 'id_token', 'error_description']
    for (let subset = 0; subset < 2 ** parts.length; subset += 1) {
      const browser = stage.browser()
      const authorization = await browser.goToProvider()
      const answer = Object.fromEntries(
        parts.map((name, index) => {
          if ((subset & (1 << index)) === 0) return [name, undefined]
          if (name === 'state') return [name, authorization.searchParams.get(name) ?? undefined]
          return [name, name === 'code' ? CODE : 'EVIL']
        }),
      )
      const reply = await browser.open(stage.callbackFor(authorization, answer))
      const isRight = (subset & 0b111) === 0b011
      if (isRight) expect(reply.status).toBe(303)
      else expectClean(reply)
      expect(await isSignedIn(browser)).toBe(isRight)
    }
  })

  it('takes a code of 4,096 characters and passes it on whole, and ignores what it does not know', async () => {
    const browser = stage.browser()
    const code = 'c'.repeat(4_096)
    const answer = { code, session_state: 'x', authuser: '0', access_token: 'EVIL', id_token: 'EVIL', token: 'EVIL' }
    const reply = await browser.open(stage.callbackFor(await browser.goToProvider(), answer))
    expect(reply.status).toBe(303)
    const sent = stage.server.receivedAt('/token')[0]?.body ?? ''
    expect(new URLSearchParams(sent).get('code')).toBe(code)
    expect(sent).not.toContain('EVIL')
    expect(stage.server.receivedAt('/me')[0]?.headers.authorization).toBe('Bearer canary-access-token')
  })
})

describe('an error answer', () => {
  it('ends the sign-in without spending the code beside it, and one button starts another', async () => {
    const browser = stage.browser()
    const authorization = await browser.goToProvider('/auth/login/a?return_to=/me')
    const reply = await browser.open(stage.callbackFor(authorization, { error: 'access_denied' }))
    expectClean(reply, 403)
    expect(reply.body).toContain('href="/auth/login/a?return_to=%2Fme"')
    expect(stage.tokenRequests()).toBe(0)
    expect(browser.cookies).not.toContain('.tx.')
    expectClean(await browser.open(stage.callbackFor(authorization)), 400)
    expect(stage.tokenRequests()).toBe(0)
  })

  it('is one also when the error is empty', async () => {
    const browser = stage.browser()
    const reply = await browser.open(stage.callbackFor(await browser.goToProvider(), { error: '' }))
    expectClean(reply, 502)
    expect(stage.tokenRequests()).toBe(0)
  })

  it('says nothing of what came with it', async () => {
    const wild = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{7*7}}\u202e'
    for (const headers of [NAVIGATION, FETCH]) {
      const browser = stage.browser()
      const authorization = await browser.goToProvider()
      const answer = {
        error: '<script>alert(1)</script>',
        error_description: wild,
        error_uri: 'javascript:alert(1)',
        scope: wild,
      }
      const { body = '' } = await browser.open(stage.callbackFor(authorization, answer), { headers })
      for (const part of ['alert', '{{', 'onerror', '\u202e', authorization.searchParams.get('state') ?? '']) {
        expect(body).not.toContain(part)
      }
    }
  })

  it('without a state is a sign-in that was cancelled: a neutral page, and nothing is touched', async () => {
    const browser = stage.browser()
    const authorization = await browser.goToProvider()
    const reply = await browser.open('/auth/callback/a?error=access_denied&error_description=The+resource+owner+denied')
    expectClean(reply, 400)
    expect(reply.body).toContain('Sign-in cancelled')
    expect(reply.cookies).toEqual([])
    expect((await browser.open(stage.callbackFor(authorization))).status).toBe(303)
  })
})

describe('an answer that names its issuer', () => {
  const ISSUER = 'https://as.example'

  beforeEach(async () => {
    await stage.close()
    stage = await setStage({ provider: { issuer: ISSUER } })
  })

  it.each(['https://evil.example', 'https://as.example/', 'https://AS.example', 'https://as.example:443'])(
    'is refused when it is another: %s',
    async (iss) => {
      const browser = stage.browser()
      const authorization = await browser.goToProvider()
      const reply = await browser.open(stage.callbackFor(authorization, { iss }))
      expectClean(reply, 400)
      expect(reply.body).not.toContain(iss)
      expect(stage.tokenRequests()).toBe(0)
      expect(stage.events.at(-1)).toMatchObject({ type: 'sign_in_failed', code: 'issuer_mismatch' })
    },
  )

  it('is not a denial when another issuer says so', async () => {
    const browser = stage.browser()
    const answer = { iss: 'https://evil.example', error: 'access_denied', code: undefined }
    await browser.open(stage.callbackFor(await browser.goToProvider(), answer))
    expect(stage.events.at(-1)).toMatchObject({ type: 'sign_in_failed', code: 'issuer_mismatch' })
  })

  it('is believed when it is the one, and when the provider did not say it would', async () => {
    for (const answer of [{ iss: ISSUER }, { iss: '' }, {}]) {
      const browser = stage.browser()
      expect((await browser.open(stage.callbackFor(await browser.goToProvider(), answer))).status).toBe(303)
    }
  })
})

describe('mix-up', () => {
  it('of two providers sends the code to neither', async () => {
    const browser = stage.browser()
    const atA = await browser.goToProvider('/auth/login/a')
    const callbackOfB = stage.callbackFor(atA).replace('/callback/a', '/callback/b')
    expectClean(await browser.open(callbackOfB), 400)
    expect(stage.tokenRequests()).toBe(0)
    expect(await isSignedIn(browser)).toBe(false)
    expect((await browser.open(stage.callbackFor(atA))).status).toBe(303)
  })

  it('with a provider that does not exist is a page that says so', async () => {
    const browser = stage.browser()
    const callback = stage.callbackFor(await browser.goToProvider())
    for (const id of ['x', '__proto__', 'constructor', 'A', '%61', '..%2fa']) {
      expectClean(await browser.open(callback.replace('/callback/a', `/callback/${id}`)), 404)
    }
  })
})

describe('a second delivery', () => {
  it('at once is one exchange, and both browser requests end signed in', async () => {
    const token = held(json(200, TOKENS))
    stage.server.on('/token', token.respond)
    const browser = stage.browser()
    const callback = stage.callbackFor(await browser.goToProvider('/auth/login/a?return_to=/me'))
    const tab = browser.copy()
    const both = Promise.all([browser.open(callback), tab.open(callback)])
    token.release()
    for (const reply of await both) {
      expect(reply.status).toBe(303)
      expect(headerOf(reply, 'location')).toBe(`${ORIGIN}/me`)
    }
    expect(stage.tokenRequests()).toBe(1)
    expect(await isSignedIn(browser)).toBe(true)
    expect(await isSignedIn(tab)).toBe(true)
    expect(stage.events.filter(({ type }) => type === 'signed_in')).toHaveLength(1)
  })

  it('at once with another code is refused, and does not disturb the first', async () => {
    const token = held(json(200, TOKENS))
    stage.server.on('/token', token.respond)
    const browser = stage.browser()
    const authorization = await browser.goToProvider()
    const evil = browser.copy()
    const first = browser.open(stage.callbackFor(authorization))
    await until(() => stage.tokenRequests() === 1)
    expectClean(await evil.open(stage.callbackFor(authorization, { code: 'another' })), 400)
    expectClean(await evil.open(stage.callbackFor(authorization, { error: 'access_denied' })), 400)
    token.release()
    expect((await first).status).toBe(303)
    expect(stage.tokenRequests()).toBe(1)
  })

  it('later goes where the first went, in the browser that is signed in', async () => {
    const browser = stage.browser()
    const authorization = await browser.goToProvider('/auth/login/a?return_to=/me')
    const before = browser.cookies
    const callback = stage.callbackFor(authorization)
    await browser.open(callback)
    const again = await browser.open(callback)
    expect([again.status, headerOf(again, 'location')]).toEqual([303, `${ORIGIN}/me`])
    expect(again.cookies).toEqual([])
    // A copy of the cookies of before has the transaction, and nobody who signed in.
    expectClean(await stage.browser(before).open(callback), 400)
    expectClean(await stage.browser().open(callback), 400)
    expect(stage.tokenRequests()).toBe(1)
  })

  it('after a failure is refused: a code is spent once, however it went', async () => {
    stage.server.on('/token', text(503, 'later'))
    const browser = stage.browser()
    const authorization = await browser.goToProvider()
    const before = browser.cookies
    expectClean(await browser.open(stage.callbackFor(authorization)), 503)
    stage.server.on('/token', json(200, TOKENS))
    expectClean(await stage.browser(before).open(stage.callbackFor(authorization)), 400)
    expect(stage.tokenRequests()).toBe(1)
  })
})

describe('a late answer', () => {
  it('is refused by our own clock, with a button that starts again', async () => {
    const browser = stage.browser()
    const authorization = await browser.goToProvider('/auth/login/a?return_to=/me')
    stage.now.advance(600_000)
    const reply = await browser.open(stage.callbackFor(authorization))
    expectClean(reply, 400)
    expect(reply.body).toContain('Sign-in took too long')
    expect(reply.body).toContain('href="/auth/login/a?return_to=%2Fme"')
    expect(stage.tokenRequests()).toBe(0)
  })
})

describe('a request that is no person’s', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['a prefetch', { ...NAVIGATION, 'sec-purpose': 'prefetch' }],
    ['a prerendering', { ...NAVIGATION, 'sec-purpose': 'prefetch;prerender' }],
    ['a prefetch of an older browser', { ...NAVIGATION, purpose: 'prefetch' }],
  ])('consumes nothing: %s', async (_, headers) => {
    const browser = stage.browser()
    const callback = stage.callbackFor(await browser.goToProvider())
    expectClean(await browser.open(callback, { headers }), 403)
    expect(stage.tokenRequests()).toBe(0)
    expect((await browser.open(callback)).status).toBe(303)
  })

  it.each(['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH', 'get'])(
    'consumes nothing: %s',
    async (method) => {
      const browser = stage.browser()
      const callback = stage.callbackFor(await browser.goToProvider())
      const reply = await browser.open(callback, { method })
      expectClean(reply, 405)
      expect(headerOf(reply, 'allow')).toMatch(/^GET/)
      expect(stage.tokenRequests()).toBe(0)
      expect((await browser.open(callback)).status).toBe(303)
    },
  )
})

describe('an answer by form', () => {
  beforeEach(async () => {
    await stage.close()
    stage = await setStage({ provider: { responseMode: 'form_post' } })
  })

  it('is taken from the body alone', async () => {
    const browser = stage.browser()
    const authorization = await browser.goToProvider()
    const [path = '', form = ''] = stage.callbackFor(authorization).split('?')
    expect(authorization.searchParams.get('response_mode')).toBe('form_post')
    expectClean(await browser.open(`${path}?code=${CODE}`, { method: 'POST', form }), 400)
    expectClean(await browser.open(`${path}?x`, { method: 'POST', form }), 400)
    expectClean(await browser.open(`${path}?${form}`), 405)
    expectClean(await browser.open(`${path}?${form}`, { method: 'POST', form: '' }), 400)
    expect(stage.tokenRequests()).toBe(0)
    expect((await browser.open(path, { method: 'POST', form })).status).toBe(303)
    expect(await isSignedIn(browser)).toBe(true)
  })

  it('finds its transaction in a cookie that cross-site posts carry, and deletes it alike', async () => {
    const browser = stage.browser()
    const authorization = await browser.goToProvider()
    const set = browser.replies[0]?.cookies.find(({ name }) => name.includes('.tx.'))
    expect(set?.attributes).toMatchObject({ sameSite: 'none', secure: true, httpOnly: true, path: '/' })
    const [path = '', form = ''] = stage.callbackFor(authorization).split('?')
    const reply = await browser.open(path, { method: 'POST', form })
    const deleted = reply.cookies.find(({ name }) => name === set?.name)
    expect(deleted).toMatchObject({ value: '', attributes: { ...set?.attributes, maxAge: 0 } })
  })

  it('begins a session that can be read, whatever longer one the browser holds and does not show', async () => {
    stage.server.on('/me', json(200, { id: '42', name: randomBytes(3_000).toString('base64url') }))
    const browser = await signInByPost(stage.browser())
    expect(browser.cookies).toContain(`${SESSION}.1=`)
    stage.server.on('/me', json(200, { id: '43' }))
    const again = await signInByPost(browser)
    expect(await isSignedIn(again)).toBe(true)
    expect(again.cookies).not.toContain(`${SESSION}.1=`)
  })

  it.each([
    ['in its cookie', undefined],
    ['in a store', memoryStore()],
  ])('ends the session of before, which the browser did not show, when that is kept %s', async (_where, store) => {
    await stage.close()
    stage = await setStage({
      provider: { responseMode: 'form_post' },
      gateway: store === undefined ? {} : { store, session: { limit: { perUser: 1, beyond: 'refuse' } } },
    })
    const browser = await signInByPost(stage.browser())
    const again = await signInByPost(browser)
    expect(await isSignedIn(again)).toBe(true)
    expect(await isSignedIn(browser)).toBe(false)
    const { session } = stage.events.find(({ type }) => type === 'signed_in') as { readonly session: string }
    expect(ends()).toMatchObject([{ provider: 'a', subject: '42', session, cause: 'replaced' }])
  })

  it('ends nothing twice: the session of before may be signed out meanwhile', async () => {
    const browser = await signInByPost(stage.browser())
    const authorization = await browser.goToProvider()
    await browser.open('/auth/logout', { method: 'POST', headers: FETCH })
    const [path = '', form = ''] = stage.callbackFor(authorization).split('?')
    expect((await browser.open(path, { method: 'POST', form })).status).toBe(303)
    expect(ends()).toEqual([])
  })

  function ends(): readonly unknown[] {
    return stage.events.filter(({ type }) => type === 'session_ended')
  }

  it('leaves the session of before alone when the sign-in fails', async () => {
    const browser = await signInByPost(stage.browser())
    stage.server.on('/token', json(400, { error: 'invalid_grant' }))
    expect(await isSignedIn(await signInByPost(browser))).toBe(true)
  })

  /** The browser after a sign-in whose answer another site posted: of its cookies, only `SameSite=None` came along. */
  async function signInByPost(browser: Browser): Promise<Browser> {
    const [path = '', form = ''] = stage.callbackFor(await browser.goToProvider()).split('?')
    const shown = browser.cookies?.split('; ').filter((pair) => pair.includes('.tx.'))
    const { cookies } = await stage.browser(shown?.join('; ')).open(path, { method: 'POST', form })
    return stage.browser(headerAfter(cookies, browser.cookies))
  }
})

describe('several tabs', () => {
  it('finish in reverse, each where it was going', async () => {
    const browser = stage.browser()
    const callbacks: string[] = []
    for (const tab of ['/1', '/2', '/3']) {
      callbacks.push(stage.callbackFor(await browser.goToProvider(`/auth/login/a?return_to=${tab}`)))
    }
    const locations: (string | undefined)[] = []
    for (const callback of callbacks.toReversed()) locations.push(headerOf(await browser.open(callback), 'location'))
    expect(locations).toEqual(['/3', '/2', '/1'].map((tab) => ORIGIN + tab))
    expect(browser.cookies).not.toContain('.tx.')
  })
})

describe('a provider that misbehaves', () => {
  it.each<[string, number, Parameters<Stage['server']['on']>[1]]>([
    ['refuses the code', 400, json(400, { error: 'invalid_grant' })],
    ['refuses the client', 502, json(401, { error: 'invalid_client' })],
    ['is down', 503, text(503, 'down')],
    ['answers with a page', 502, text(200, '<html>canary</html>', { 'content-type': 'text/html' })],
    ['answers with nothing', 502, json(200, {})],
    ['hangs up', 503, (response) => void response.socket?.destroy()],
    ['sends the code on', 502, text(302, '', { location: 'https://evil.example/' })],
  ])('ends the sign-in when it %s', async (_, status, respond) => {
    stage.server.on('/token', respond)
    const browser = stage.browser()
    const authorization = await browser.goToProvider()
    const reply = await browser.open(stage.callbackFor(authorization))
    expectClean(reply, status)
    expect(reply.body).not.toContain('canary')
    expect(browser.cookies).not.toContain('.tx.')
    expect(await isSignedIn(browser)).toBe(false)
    expect(stage.tokenRequests()).toBe(1)
  })
})

describe('a sign-in that succeeds', () => {
  it('ends in a redirect to a clean address, and in cookies that scripts and other sites cannot touch', async () => {
    const browser = stage.browser()
    const authorization = await browser.goToProvider('/auth/login/a?return_to=/me')
    const reply = await browser.open(stage.callbackFor(authorization))
    expect(reply.status).toBe(303)
    expect(headerOf(reply, 'location')).toBe(`${ORIGIN}/me`)
    expect(headerOf(reply, 'cache-control')).toBe('no-store')
    expect(headerOf(reply, 'referrer-policy')).toBe('no-referrer')
    expect(reply.body).toBeUndefined()
    const [session, transaction] = reply.cookies
    expect(session).toMatchObject({
      name: SESSION,
      attributes: { path: '/', httpOnly: true, secure: true, sameSite: 'lax', maxAge: 7 * 86_400 },
    })
    expect(transaction).toMatchObject({ value: '', attributes: { maxAge: 0, secure: true, httpOnly: true, path: '/' } })
  })

  it('proves to the provider that the browser is the same: the verifier belongs to the challenge', async () => {
    const browser = stage.browser()
    const authorization = await browser.goToProvider()
    await browser.open(stage.callbackFor(authorization))
    const sent = new URLSearchParams(stage.server.receivedAt('/token')[0]?.body)
    const digest = await crypto.subtle.digest('SHA-256', Buffer.from(sent.get('code_verifier') ?? ''))
    expect(Buffer.from(digest).toString('base64url')).toBe(authorization.searchParams.get('code_challenge'))
    expect(sent.get('redirect_uri')).toBe(authorization.searchParams.get('redirect_uri'))
    expect(sent.get('redirect_uri')).toBe(`${ORIGIN}/auth/callback/a`)
  })

  it('replaces the session of before: its cookie is nobody’s any more, and one that was planted never was', async () => {
    const planted = `${SESSION}=1.v1.AAAAAAAA.planted`
    const browser = stage.browser(planted)
    await browser.open(stage.callbackFor(await browser.goToProvider()))
    const first = browser.cookies
    await browser.open(stage.callbackFor(await browser.goToProvider()))
    expect(browser.cookies).not.toBe(first)
    expect(await isSignedIn(browser)).toBe(true)
    expect(await isSignedIn(stage.browser(first))).toBe(false)
    expect(await isSignedIn(stage.browser(planted))).toBe(false)
    const sessions = stage.events.flatMap((event) => (event.type === 'signed_in' ? [event.session] : []))
    expect(new Set(sessions).size).toBe(2)
  })

  it('puts no secret into an event, a page or the answer to a script', async () => {
    const browser = await stage.signedIn('/auth/login/a?return_to=/me')
    await browser.open('/auth/session', { headers: FETCH })
    await browser.open('/auth/logout')
    const said =
      JSON.stringify(stage.events) + JSON.stringify(browser.replies.map(({ headers, body }) => [headers, body]))
    const verifier = new URLSearchParams(stage.server.receivedAt('/token')[0]?.body).get('code_verifier') ?? 'none'
    const values = browser.replies.flatMap(({ cookies }) => cookies.map(({ value }) => value)).filter((value) => value)
    // The loop mark and the state of the first redirect are for the browser itself.
    for (const canary of [...CANARIES, verifier, ...values]) expect(said).not.toContain(canary)
  })
})

describe('with a store', () => {
  it('a sign-in that has succeeded stays one when the store stumbles afterwards', async () => {
    await stage.close()
    const kept = memoryStore()
    const store: Store = {
      ...kept,
      put: (key, record, condition) =>
        record.value.startsWith('finished')
          ? Promise.reject(new GatewayError('store_unavailable'))
          : kept.put(key, record, condition),
    }
    stage = await setStage({ gateway: { store } })
    const browser = await stage.signedIn()
    expect(browser.replies.at(-1)?.status).toBe(303)
    expect(await isSignedIn(browser)).toBe(true)
  })

  it('one that cannot be kept is refused, and whoever was signed in still is', async () => {
    await stage.close()
    const kept = memoryStore()
    let isFull = false
    const store: Store = {
      ...kept,
      put: (key, record, condition) =>
        isFull && record.indexes.length > 0
          ? Promise.reject(new GatewayError('store_unavailable'))
          : kept.put(key, record, condition),
    }
    stage = await setStage({ gateway: { store } })
    const browser = await stage.signedIn()
    isFull = true
    expectClean(await browser.open(stage.callbackFor(await browser.goToProvider())), 503)
    expect(await isSignedIn(browser)).toBe(true)
  })

  it('a new session has a new id, and the one of before is gone from the store', async () => {
    await stage.close()
    stage = await setStage({ gateway: { store: memoryStore() } })
    const browser = await stage.signedIn()
    const before = browser.copy()
    await browser.open(stage.callbackFor(await browser.goToProvider()))
    expect(await isSignedIn(browser)).toBe(true)
    expect(await isSignedIn(before)).toBe(false)
    expect(await stage.gateway.sessions.list({ provider: 'a', subject: '42' })).toHaveLength(1)
  })
})

/** Waits until something that happens elsewhere has happened. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
