import { inspect } from 'node:util'
import { assert, asyncProperty, constantFrom, dictionary, oneof, record, string } from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { json, text } from '../test/local-server.ts'
import { oauth2Provider } from '../test/provider-definition.ts'
import { headerOf, jsonOf } from '../test/reply.ts'
import { FETCH, NAVIGATION, request } from '../test/request.ts'
import { NEWEST } from '../test/secrets.ts'
import { CANARIES, held, ORIGIN, type Stage, setStage, TOKENS } from '../test/stage.ts'
import type { GatewayEvent } from './event.ts'
import { type Phase, TRANSITIONS } from './flow/phase.ts'
import { createGateway } from './gateway.ts'
import { memoryStore } from './store/memory.ts'

let stage: Stage

beforeEach(async () => {
  stage = await setStage()
})

afterEach(() => stage.close())

describe('a request that nobody would send', () => {
  const path = oneof(
    constantFrom('/auth/login/a', '/auth/callback/a', '/auth/session', '/auth/logout', '/auth/signed-out', '/auth'),
    string({ unit: 'binary' }).map((wild) => `/auth/${wild}`),
    string({ unit: 'binary' }),
  )
  const query = oneof(
    string({ unit: 'binary' }),
    dictionary(constantFrom('code', 'state', 'error', 'iss', 'return_to', 'provider', 'sid'), string()).map((values) =>
      String(new URLSearchParams(Object.entries(values))),
    ),
  )
  const names = constantFrom(
    'cookie',
    'accept',
    'origin',
    'sec-fetch-site',
    'sec-fetch-mode',
    'content-type',
    'purpose',
  )
  const facts = record({
    method: constantFrom('GET', 'POST', 'HEAD', 'PUT', 'OPTIONS', 'TRACE', ''),
    path,
    query,
    headers: dictionary(
      names,
      oneof(string({ unit: 'binary' }), constantFrom('__Host-postern.session=1.x', '%', ';=')),
    ),
    form: string({ unit: 'binary' }),
  })

  it('is answered all the same, and never with a 500', async () => {
    await assert(
      asyncProperty(facts, async ({ method, path: where, query: what, headers, form }) => {
        const reply = await stage.gateway.handle(request({ method, target: `${where}?${what}`, headers, form }))
        expect(reply.type).toBe('reply')
        expect(reply.status).toBeLessThan(500)
        const location = headerOf(reply, 'location')
        if (location !== undefined) {
          expect([ORIGIN, stage.server.origin]).toContain(new URL(location).origin)
        }
        for (const [name, value] of reply.headers) expect(`${name}: ${value}`).toMatch(/^[\x20-\x7e]+$/)
      }),
      { numRuns: 1_000 },
    )
    expect(stage.tokenRequests()).toBe(0)
    expect(stage.events.filter(({ type }) => type === 'failed')).toEqual([])
  })

  it('with two hosts is refused before anything is looked at', async () => {
    const rawHeaders = ['Host', 'app.example', 'Host', 'evil.example']
    const reply = await stage.gateway.handle(request({ target: '/auth/login/a', headers: NAVIGATION, rawHeaders }))
    expect([reply.status, reply.cookies]).toEqual([400, []])
  })

  it('in absolute form is the same request, and its host is nobody’s', async () => {
    const reply = await stage.browser().open('http://evil.example/auth/login/a')
    expect(reply.status).toBe(303)
    expect(JSON.stringify(reply)).not.toContain('evil')
  })

  it.each(['/auth/nothing', '/auth', '/auth/login/', '/AUTH/login', '/auth/%6cogin/a', '//auth/login/a'])(
    'is not found: %s',
    async (target) => {
      expect((await stage.browser().open(target)).status).toBe(404)
    },
  )

  it('by another method is told which it may use', async () => {
    for (const route of stage.gateway.routes) {
      const target = route.path.replace(':provider', 'a')
      // Provider a answers in the query.
      const allowed = route.name === 'callback' ? 'GET' : route.methods.join(', ')
      for (const method of ['HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'get']) {
        const reply = await stage.browser().open(target, { method })
        expect([reply.status, headerOf(reply, 'allow')]).toEqual([405, allowed])
        expect(reply.cookies).toEqual([])
      }
    }
  })

  it('with 15 kB of cookies is told how to recover: ours are cleared', async () => {
    const browser = await stage.signedIn()
    const junk = `${browser.cookies}; junk=${'x'.repeat(15_000)}`
    const reply = await stage.browser(junk).open('/auth/session')
    expect(reply.status).toBe(431)
    expect(reply.cookies.map(({ name, value }) => [name, value])).toContainEqual(['__Host-postern.session', ''])
  })
})

describe('events', () => {
  /** What a sign-in is after each event of it. */
  const PHASES: Partial<Record<GatewayEvent['type'], Phase>> = {
    sign_in_started: 'requested',
    callback_accepted: 'authorized',
    code_exchanged: 'granted',
    signed_in: 'signed_in',
    signed_out: 'signed_out',
    sign_in_failed: 'failed',
  }

  function phases(): readonly Phase[] {
    return ['anonymous', ...stage.events.flatMap(({ type }) => PHASES[type] ?? [])]
  }

  function expectLegal(): void {
    for (const [index, phase] of phases().entries()) {
      const next = phases()[index + 1]
      if (next !== undefined) expect(TRANSITIONS[phase]).toContain(next)
    }
  }

  const signOut = { method: 'POST', headers: { ...NAVIGATION, 'sec-fetch-site': 'same-origin' } }

  it('of a whole life come in an order the state machine allows', async () => {
    const browser = await stage.signedIn()
    await browser.open('/auth/logout', signOut)
    await browser.open(stage.callbackFor(await browser.goToProvider()))
    expect(phases()).toEqual([
      'anonymous',
      'requested',
      'authorized',
      'granted',
      'signed_in',
      'signed_out',
      'requested',
      'authorized',
      'granted',
      'signed_in',
    ])
    expectLegal()
  })

  it.each<[string, (browser: ReturnType<Stage['browser']>) => Promise<unknown>, Phase]>([
    [
      'denied',
      async (browser) => browser.open(stage.callbackFor(await browser.goToProvider(), { error: 'x' })),
      'failed',
    ],
    [
      'refused at the token endpoint',
      async (browser) => {
        stage.server.on('/token', json(400, { error: 'invalid_grant' }))
        await browser.open(stage.callbackFor(await browser.goToProvider()))
      },
      'failed',
    ],
    [
      'of nobody',
      async (browser) => {
        stage.server.on('/me', json(200, { id: '' }))
        await browser.open(stage.callbackFor(await browser.goToProvider()))
      },
      'failed',
    ],
    [
      'late',
      async (browser) => {
        const authorization = await browser.goToProvider()
        stage.now.advance(600_000)
        await browser.open(stage.callbackFor(authorization))
      },
      'failed',
    ],
    [
      'delivered twice',
      async (browser) => {
        const callback = stage.callbackFor(await browser.goToProvider())
        await Promise.all([browser.open(callback), browser.copy().open(callback)])
        await browser.open(callback)
      },
      'signed_in',
    ],
    [
      'of somebody else',
      async (browser) => {
        await browser.goToProvider()
        await browser.open('/auth/callback/a?code=x&state=y')
      },
      'requested',
    ],
  ])('of a sign-in that is %s do, too', async (_, act, last) => {
    await act(stage.browser())
    expectLegal()
    expect(phases().at(-1)).toBe(last)
  })

  it('join what happened in one request, with the reference that its page prints', async () => {
    const browser = stage.browser()
    const authorization = await browser.goToProvider()
    stage.server.on('/token', text(503, 'down'))
    const reply = await browser.open(stage.callbackFor(authorization))
    const [, accepted, failed] = stage.events
    expect(accepted).toMatchObject({ type: 'callback_accepted' })
    expect(failed).toMatchObject({ type: 'sign_in_failed', code: 'provider_unavailable', class: 'transient' })
    expect(failed?.reference).toBe(accepted?.reference)
    expect(reply.body).toContain(failed?.reference)
    expect(stage.events[0]?.reference).not.toBe(failed?.reference)
  })

  it('that the application cannot take, now or later, cost nobody a sign-in', async () => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', listen)
    for (const onEvent of [
      () => {
        throw new Error('the log is full')
      },
      async () => {
        throw new Error('the log is far away and full')
      },
    ]) {
      await stage.close()
      stage = await setStage({ gateway: { onEvent } })
      const browser = await stage.signedIn()
      expect(jsonOf(await browser.open('/auth/session'))['authenticated']).toBe(true)
    }
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', listen)
    expect(unhandled).toEqual([])
  })
})

describe('what must never be seen', () => {
  it.each<[string, Parameters<Stage['server']['on']>[1], Parameters<Stage['server']['on']>[1]]>([
    ['a sign-in that succeeds', json(200, TOKENS), json(200, { id: '42' })],
    ['an answer that cannot be read', text(200, JSON.stringify(TOKENS).slice(0, -1)), json(200, {})],
    ['a lifetime that is none', json(200, { ...TOKENS, expires_in: 'canary' }), json(200, { id: '42' })],
    ['a type of token that is none', json(200, { ...TOKENS, token_type: 'canary-mac' }), json(200, {})],
    [
      'an error that quotes the code',
      json(400, { error: 'invalid_grant', error_description: CANARIES[2] }),
      json(200, {}),
    ],
    ['a profile that quotes the token', json(200, TOKENS), text(401, CANARIES[0])],
    ['a profile that is nobody’s', json(200, TOKENS), json(200, { id: { token: CANARIES[0] } })],
  ])('is in no event, page, header or error: %s', async (_, token, profile) => {
    stage.server.on('/token', token)
    stage.server.on('/me', profile)
    const browser = stage.browser()
    const authorization = await browser.goToProvider()
    await browser.open(stage.callbackFor(authorization))
    await browser.open(stage.callbackFor(authorization), { headers: FETCH })
    const values = browser.replies
      .flatMap(({ cookies }) => cookies.map(({ value }) => value))
      .filter((one) => one !== '')
    const said = inspect(
      [
        stage.events,
        browser.replies.slice(1).map(({ headers, body, failure }) => {
          const error = failure?.()
          return [headers, body, error, error?.stack, error?.cause]
        }),
      ],
      { depth: 20, maxStringLength: null, showHidden: true },
    )
    const state = authorization.searchParams.get('state') ?? 'none'
    for (const canary of [...CANARIES, state, ...values]) expect(said).not.toContain(canary)
  })

  it('is nothing the gateway itself shows when it is logged', () => {
    const shown = inspect(stage.gateway, { depth: 20, showHidden: true }) + JSON.stringify(stage.gateway)
    for (const canary of [NEWEST, 'canary-client-secret']) expect(shown).not.toContain(canary)
  })
})

describe('a page of the application that fails', () => {
  it('is replaced by ours, and the operator hears of it under the reference on the page', async () => {
    await stage.close()
    const broken = (): never => {
      throw new RangeError('canary: template missing')
    }
    stage = await setStage({ gateway: { pages: { error: broken, choose: broken } } })
    const reply = await stage.browser().open('/auth/callback/a?code=x')
    expect(reply.status).toBe(400)
    expect(reply.body).toContain('Sign-in not recognised')
    const failed = stage.events.at(-1)
    expect(failed).toMatchObject({ type: 'failed', code: 'internal_error', error: 'RangeError' })
    expect(reply.body).toContain(failed?.reference)
    expect((await stage.browser().open('/auth/login')).body).toContain('Provider A')
    expect(stage.events.at(-1)).toMatchObject({ type: 'failed', error: 'RangeError' })
    expect(inspect(stage.events)).not.toContain('canary')
  })
})

describe('an application that says no', () => {
  it('is believed, and nobody is signed in', async () => {
    await stage.close()
    stage = await setStage({ gateway: { onSignIn: ({ subject }) => (subject === '42' ? 'refuse' : 'allow') } })
    const browser = await stage.signedIn()
    expect(browser.replies.at(-1)?.status).toBe(403)
    expect(browser.cookies).not.toContain('session')
    expect(stage.events.at(-1)).toMatchObject({ type: 'sign_in_failed', code: 'sign_in_refused' })
  })

  it('by failing says no, too', async () => {
    await stage.close()
    const onSignIn = async (): Promise<never> => {
      throw new Error('canary: the database is down')
    }
    stage = await setStage({ gateway: { onSignIn } })
    const browser = await stage.signedIn()
    expect(browser.replies.at(-1)?.status).toBe(503)
    expect(inspect(browser.replies.at(-1), { depth: 9 })).not.toContain('canary')
    expect(browser.cookies).not.toContain('session')
  })
})

describe('a session that fits into no cookie', () => {
  it('is refused with what to do, for the operator, and leaves whoever was signed in alone', async () => {
    const browser = await stage.signedIn()
    const before = browser.cookies
    stage.server.on('/token', json(200, { ...TOKENS, access_token: 'x'.repeat(14_000) }))
    const reply = await browser.open(stage.callbackFor(await browser.goToProvider()))
    expect(reply.status).toBe(502)
    expect(stage.events.at(-1)).toMatchObject({ type: 'sign_in_failed', code: 'session_too_large' })
    expect(inspect(stage.events.at(-1))).toContain('access token of a, 14000 bytes')
    expect(reply.body).not.toContain('14000')
    expect(browser.cookies?.split('; ')).toEqual(expect.arrayContaining(before?.split('; ').slice(0, 1) ?? []))
    expect(jsonOf(await browser.open('/auth/session'))['authenticated']).toBe(true)
  })
})

describe('closing', () => {
  it('refuses new sign-ins, and waits for those whose answer has arrived', async () => {
    const token = held(json(200, TOKENS))
    stage.server.on('/token', token.respond)
    const browser = stage.browser()
    const callback = browser.open(stage.callbackFor(await browser.goToProvider()))
    while (stage.tokenRequests() === 0) await new Promise((resolve) => setImmediate(resolve))
    let closed = false
    const closing = stage.gateway.close().then(() => {
      closed = true
    })
    for (const target of ['/auth/login', '/auth/login/a']) {
      const reply = await stage.browser().open(target)
      expect([reply.status, reply.cookies]).toEqual([503, []])
      expect(headerOf(reply, 'retry-after')).toBe('1')
    }
    expect(closed).toBe(false)
    token.release()
    expect((await callback).status).toBe(303)
    await closing
    expect(jsonOf(await browser.open('/auth/session'))['authenticated']).toBe(true)
  })

  it('is done at once where nothing is under way, and again', async () => {
    await stage.gateway.close()
    await stage.gateway.close()
  })
})

describe('two gateways on one origin', () => {
  it('keep their cookies apart, whether or not they share a secret', async () => {
    const admin = createGateway({
      origin: ORIGIN,
      secrets: [NEWEST],
      basePath: '/admin/auth',
      cookiePrefix: 'admin',
      providers: [oauth2Provider(stage.server.origin, { id: 'a' })],
      now: stage.now,
    })
    const browser = await stage.signedIn()
    const renamed = browser.cookies?.replaceAll('postern.', 'admin.')
    for (const cookie of [browser.cookies, renamed]) {
      const headers = { ...FETCH, ...(cookie === undefined ? {} : { cookie }) }
      const reply = await admin.handle(request({ target: '/admin/auth/session', headers }))
      expect(jsonOf(reply)).toEqual({ authenticated: false })
    }
  })
})

describe('sign-ins that are only started', () => {
  it('leave nothing on the server: they live in the browser', async () => {
    await stage.close()
    const touched: string[] = []
    const store = new Proxy(memoryStore(), {
      get(kept, name, receiver) {
        touched.push(String(name))
        return Reflect.get(kept, name, receiver)
      },
    })
    stage = await setStage({ gateway: { store } })
    // The gateway looks at its store once, when it is made.
    touched.length = 0
    for (let start = 0; start < 1_000; start += 1) {
      const reply = await stage.gateway.handle(request({ target: '/auth/login/a', headers: NAVIGATION }))
      expect(reply.status).toBe(303)
    }
    expect(touched).toEqual([])
    expect(stage.server.received).toEqual([])
  })
})
