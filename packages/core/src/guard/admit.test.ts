import { describe, expect, it } from 'vitest'
import { oauth2Provider } from '../../test/provider-definition.ts'
import { headerOf, jsonOf, replyOf } from '../../test/reply.ts'
import { FETCH, NAVIGATION, type RequestFacts, request } from '../../test/request.ts'
import { grant, START, session } from '../../test/session.ts'
import type { GatewayEvent, Unstamped } from '../event.ts'
import { type Decision, NEXT } from '../http/decision.ts'
import type { LoginParameter } from '../provider/provider.ts'
import { ANONYMOUS } from '../session/auth.ts'
import type { Session } from '../session/session.ts'
import { createSignedIn } from '../session/signed-in.ts'
import { admit } from './admit.ts'
import type { Requirement } from './requirement.ts'

const ORIGIN = 'https://app.example'
const POST = { method: 'POST', headers: FETCH } as const
// Long enough after signing in that a repetition is no loop.
const LATER = START + 60_000

interface Asked {
  readonly decision: Decision
  readonly events: readonly Unstamped<GatewayEvent>[]
}

interface Circumstances {
  readonly now?: number
  readonly signInWith?: string
  /** What provider `a` can be asked for. */
  readonly loginParameters?: readonly LoginParameter[]
}

function ask(
  facts: RequestFacts,
  requirement: Requirement = {},
  who?: Session,
  { now = LATER, signInWith, loginParameters = [] }: Circumstances = {},
): Asked {
  const events: Unstamped<GatewayEvent>[] = []
  const provider = oauth2Provider('https://as.example', { id: 'a', loginParameters })
  const providers = new Map([['a', provider]])
  const auth =
    who === undefined
      ? ANONYMOUS
      : createSignedIn(who, provider, {
          lifetimes: { idle: 1e9, absolute: 1e9 },
          origin: ORIGIN,
          fetch: globalThis.fetch,
          token: async () => 'token',
        })
  const decision = admit(
    { request: request(facts), auth, session: who, requirement },
    {
      config: {
        origin: ORIGIN,
        basePath: '/auth',
        defaultReturnTo: '/',
        signInWith,
        providers,
        pages: {},
        now: () => now,
      },
      reference: () => 'reference',
      emit: (event) => events.push(event),
    },
  )
  return { decision, events }
}

const signedIn = session()

describe('an anonymous request', () => {
  const CASES: readonly (readonly [string, RequestFacts, 'redirect' | 'refusal'])[] = [
    ['a navigation', { headers: NAVIGATION }, 'redirect'],
    ['a navigation of an old browser', { headers: { accept: 'text/html' } }, 'redirect'],
    ['a navigation from another site', { headers: { ...NAVIGATION, 'sec-fetch-site': 'cross-site' } }, 'redirect'],
    ['a form that is posted', { method: 'POST', headers: NAVIGATION }, 'refusal'],
    ['HEAD of a navigation', { method: 'HEAD', headers: NAVIGATION }, 'refusal'],
    ['OPTIONS', { method: 'OPTIONS', headers: NAVIGATION }, 'refusal'],
    ['PUT', { method: 'PUT', headers: FETCH }, 'refusal'],
    ['DELETE', { method: 'DELETE', headers: NAVIGATION }, 'refusal'],
    ['TRACE', { method: 'TRACE', headers: NAVIGATION }, 'refusal'],
    ['fetch', { headers: FETCH }, 'refusal'],
    ['fetch that asks for HTML', { headers: { ...FETCH, accept: 'text/html' } }, 'refusal'],
    ['XMLHttpRequest', { headers: { accept: 'text/html', 'x-requested-with': 'XMLHttpRequest' } }, 'refusal'],
    ['a program', { headers: { accept: 'application/json' } }, 'refusal'],
    ['a program that says nothing', {}, 'refusal'],
    ['a health check', { headers: { 'user-agent': 'GoogleHC/1.0' } }, 'refusal'],
    ['a probe', { headers: { 'user-agent': 'kube-probe/1.30' } }, 'refusal'],
    ['one with a token of its own', { headers: { ...FETCH, authorization: 'Bearer %' } }, 'refusal'],
    ['one that claims another path', { headers: { ...FETCH, 'x-forwarded-uri': '/public' } }, 'refusal'],
  ]

  it.each(CASES)('never passes: %s', (_, facts, expected) => {
    const { decision, events } = ask(facts)
    const reply = replyOf(decision)
    expect(reply.status).toBe(expected === 'redirect' ? 303 : 401)
    expect(headerOf(reply, 'location') !== undefined).toBe(expected === 'redirect')
    expect(headerOf(reply, 'cache-control')).toBe('no-store')
    expect(reply.cookies).toEqual([])
    expect(events).toEqual([
      { type: 'access_denied', code: 'sign_in_required', provider: undefined, reference: 'reference' },
    ])
  })

  it('that is refused is told where to sign in, and asked for no password', () => {
    const reply = replyOf(ask({ headers: FETCH, target: '/me?x=1' }).decision)
    expect(jsonOf(reply)).toMatchObject({ code: 'sign_in_required', login_url: `${ORIGIN}/auth/login` })
    expect(headerOf(reply, 'www-authenticate')).toBe('Cookie')
  })
})

describe('where a person is sent to sign in', () => {
  it.each([
    ['/me', '/me'],
    ['/me?a=1&b=%2F', '/me?a=1&b=%2F'],
    ['/x?audience=evil&scope=admin', '/x?audience=evil&scope=admin'],
    ['//evil.example', null],
    ['/\\evil.example', null],
    ['/..//evil.example', null],
    ['/%09/evil.example', null],
    ['http://evil.example/me', null],
    ['/auth/logout', null],
    ['*', null],
    [`/${'a'.repeat(10_000)}`, null],
  ])('is with %j as the way back: %j', (target, returnTo) => {
    const reply = replyOf(ask({ headers: NAVIGATION, target }).decision)
    const location = new URL(headerOf(reply, 'location') ?? '')
    expect(location.origin).toBe(ORIGIN)
    expect(location.pathname).toBe('/auth/login')
    expect(location.searchParams.get('return_to')).toBe(returnTo)
    expect([...location.searchParams.keys()].filter((name) => name !== 'return_to')).toEqual([])
  })

  it.each<[string, Requirement, string | undefined, string]>([
    ['the page to choose', {}, undefined, '/auth/login'],
    ['the gateway’s default', {}, 'a', '/auth/login/a'],
    ['the route’s default', { signInWith: 'b' }, 'a', '/auth/login/b'],
    ['the provider the route insists on', { provider: 'c', signInWith: 'b' }, 'a', '/auth/login/c'],
  ])('is %s', (_, requirement, signInWith, path) => {
    const options = signInWith === undefined ? {} : { signInWith }
    const reply = replyOf(ask({ headers: NAVIGATION }, requirement, undefined, options).decision)
    expect(new URL(headerOf(reply, 'location') ?? '').pathname).toBe(path)
  })

  it('asks from the start for what the route will ask for', () => {
    const reply = replyOf(ask({ headers: NAVIGATION, target: '/me' }, { maxAge: 30, acr: ['gold'] }).decision)
    const { searchParams } = new URL(headerOf(reply, 'location') ?? '')
    expect(Object.fromEntries(searchParams)).toEqual({ return_to: '/me', max_age: '30', acr_values: 'gold' })
  })

  it('never depends on what the request says about hosts', () => {
    const hostile = {
      host: 'evil.example',
      forwarded: 'host=evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      'x-forwarded-prefix': '//evil.example',
      'x-original-url': '//evil.example',
      referer: 'https://evil.example/',
    }
    const plain = ask({ headers: NAVIGATION, target: '/me' }).decision
    expect(ask({ headers: { ...NAVIGATION, ...hostile }, target: '/me' }).decision).toEqual(plain)
  })
})

describe('a signed-in user who must sign in again', () => {
  it('is sent to the provider that vouched for them, not to the default one', () => {
    const who = session({ provider: 'a' })
    const requirement = { maxAge: 30, acr: ['gold', 'silver'], signInWith: 'b' }
    const reply = replyOf(ask({ headers: NAVIGATION, target: '/me' }, requirement, who, { signInWith: 'b' }).decision)
    const location = new URL(headerOf(reply, 'location') ?? '')
    expect(location.pathname).toBe('/auth/login/a')
    expect(Object.fromEntries(location.searchParams)).toEqual({
      return_to: '/me',
      max_age: '30',
      acr_values: 'gold silver',
    })
  })

  it('is asked for whole seconds, which is all the parameter can say', () => {
    const reply = replyOf(ask({ headers: NAVIGATION }, { maxAge: 1.9 }, signedIn).decision)
    expect(new URL(headerOf(reply, 'location') ?? '').searchParams.get('max_age')).toBe('1')
  })

  it.each<[string, Requirement, Partial<Session>]>([
    ['a class', { acr: ['gold'] }, {}],
    ['a class, whatever class they have', { acr: ['gold'] }, { acr: 'bronze' }],
    ['a time, when none is known', { maxAge: 60 }, {}],
    ['a time, when it was long ago', { maxAge: 60 }, { authenticatedAt: START - 3_600_000 }],
  ])('is sent on, just signed in or not, while the provider has not been asked for %s', (_, requirement, facts) => {
    const loginParameters: readonly LoginParameter[] = ['max_age', 'acr_values']
    const options = { now: START + 1, loginParameters }
    const reply = replyOf(ask({ headers: NAVIGATION }, requirement, session(facts), options).decision)
    expect(reply.status).toBe(303)
  })

  it('is shown a page, not sent in a circle, when the provider has just said when, and clocks differ', () => {
    const who = session({ authenticatedAt: START - 80_000 })
    const options = { now: START + 1, loginParameters: ['max_age'] } as const
    expect(replyOf(ask({ headers: NAVIGATION }, { maxAge: 60 }, who, options).decision).status).toBe(401)
  })

  it('is shown a page, not sent in a circle, when they have just signed in where nothing more can be asked', () => {
    const reply = replyOf(
      ask({ headers: NAVIGATION, target: '/me' }, { acr: ['gold'] }, signedIn, { now: START + 4_999 }).decision,
    )
    expect(reply.status).toBe(401)
    expect(headerOf(reply, 'location')).toBeUndefined()
    expect(reply.body).toContain('/auth/login/a?return_to=%2Fme&amp;acr_values=gold')
    const probe = ask({ headers: NAVIGATION }, { acr: ['gold'] }, signedIn, { now: START + 5_000 }).decision
    expect(replyOf(probe).status).toBe(303)
  })

  it('is refused where a script asks', () => {
    const reply = replyOf(ask({ headers: FETCH }, { maxAge: 30 }, signedIn).decision)
    expect(reply.status).toBe(401)
    expect(jsonOf(reply)).toMatchObject({
      code: 'reauthentication_required',
      login_url: `${ORIGIN}/auth/login/a?max_age=30`,
    })
  })
})

describe('a signed-in user who lacks something', () => {
  it.each<[string, Requirement, string]>([
    ['a scope', { scope: ['admin'] }, 'scope_insufficient'],
    ['the application’s consent', { where: () => false }, 'access_denied'],
  ])('%s is refused, person and program alike: signing in again would not help', (_, requirement, code) => {
    for (const headers of [NAVIGATION, FETCH]) {
      const { decision, events } = ask({ headers }, requirement, signedIn)
      expect(replyOf(decision).status).toBe(403)
      expect(events).toMatchObject([{ type: 'access_denied', code, provider: 'a' }])
    }
  })
})

describe('a signed-in request that changes something', () => {
  it.each<[string, RequestFacts]>([
    ['from another site', { method: 'POST', headers: { ...FETCH, 'sec-fetch-site': 'cross-site' } }],
    ['from a sibling domain', { method: 'POST', headers: { ...FETCH, 'sec-fetch-site': 'same-site' } }],
    ['from another origin', { method: 'DELETE', headers: { origin: 'https://evil.example' } }],
    ['without any evidence', { method: 'PUT', headers: {} }],
    ['as a form from another site', { method: 'POST', headers: { ...NAVIGATION, 'sec-fetch-site': 'cross-site' } }],
    ['by a method nobody knows', { method: 'FROBNICATE', headers: {} }],
    ['in lower case', { method: 'post', headers: {} }],
    ['by TRACE', { method: 'TRACE', headers: {} }],
    ['as a WebSocket of a sibling domain', { headers: { upgrade: 'WebSocket', origin: 'https://evil.app.example' } }],
  ])('is refused %s', (_, facts) => {
    const { decision, events } = ask(facts, {}, signedIn)
    expect(replyOf(decision).status).toBe(403)
    expect(events).toEqual([{ type: 'request_refused', code: 'cross_site_refused', reference: 'reference' }])
  })

  it('passes from our own pages', () => {
    expect(ask(POST, {}, signedIn)).toEqual({ decision: NEXT, events: [] })
    expect(ask({ method: 'POST', headers: { 'x-postern': '1' } }, {}, signedIn).decision).toBe(NEXT)
    expect(ask({ headers: { upgrade: 'websocket', origin: ORIGIN } }, {}, signedIn).decision).toBe(NEXT)
  })
})

describe('a signed-in request that only reads', () => {
  it.each(['GET', 'HEAD', 'OPTIONS'])('passes from anywhere: %s', (method) => {
    const headers = { ...FETCH, 'sec-fetch-site': 'cross-site' }
    expect(ask({ method, headers }, {}, signedIn)).toEqual({ decision: NEXT, events: [] })
    expect(ask({ method, headers: { ...headers, upgrade: 'h2c' } }, {}, signedIn).decision).toBe(NEXT)
  })
})

describe('a preflight', () => {
  const headers = { origin: 'https://evil.example', 'access-control-request-method': 'DELETE' }

  it('is answered here and permits nothing, whoever is signed in', () => {
    for (const who of [undefined, signedIn]) {
      const reply = replyOf(ask({ method: 'OPTIONS', headers }, {}, who).decision)
      expect(reply.status).toBe(204)
      expect(reply.headers.filter(([name]) => name.startsWith('access-control-'))).toEqual([])
    }
  })
})

describe('a request with two hosts', () => {
  it('is refused whoever sends it', () => {
    const rawHeaders = ['Host', 'app.example', 'Host', 'evil.example']
    expect(replyOf(ask({ headers: FETCH, rawHeaders }, {}, signedIn).decision).status).toBe(400)
  })
})

describe('a session with grants of several providers', () => {
  it('is judged by the one that vouched for the user', () => {
    const [a, b] = [grant({ scope: ['read'] }), grant({ scope: ['admin'] })]
    for (const grants of [
      { a, b },
      { b, a },
    ]) {
      const who = session({ grants })
      expect(ask({ headers: FETCH }, { scope: ['read'] }, who).decision).toBe(NEXT)
      expect(replyOf(ask({ headers: FETCH }, { scope: ['admin'] }, who).decision).status).toBe(403)
    }
  })
})
