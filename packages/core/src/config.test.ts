import { anything, constantFrom, dictionary, oneof, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { always } from '../test/always.ts'
import { failureIn } from '../test/failure.ts'
import { oauth2Provider, oidcProvider } from '../test/provider-definition.ts'
import { NEWEST, OLDER } from '../test/secrets.ts'
import { createConfig } from './config.ts'
import { GatewayError } from './error.ts'
import type { GatewayOptions } from './options.ts'
import { memoryStore } from './store/memory.ts'

const PROVIDER = oauth2Provider('https://as.example', { id: 'a' })
const OTHER = oauth2Provider('https://other.example', { id: 'b' })
const OPENID = oidcProvider('https://op.example', { id: 'op' })

const GOOD: GatewayOptions = { origin: 'https://app.example', secrets: [NEWEST], providers: [PROVIDER] }

/** The advice for options that TypeScript would refuse: the checks are for JavaScript and JSON. */
function adviceFor(change: object): string {
  const failure = failureIn(() => createConfig({ ...GOOD, ...change } as GatewayOptions))
  expect(failure.code).toBe('config_invalid')
  return failure.advice ?? ''
}

describe('an option that would weaken the gateway', () => {
  it.each<[string, object, string]>([
    // Origins.
    ['no origin', { origin: undefined }, 'origin'],
    ['an origin that is not text', { origin: 1 }, 'origin'],
    ['an origin that is no URL', { origin: 'app.example' }, 'origin'],
    ['an origin with a slash', { origin: 'https://app.example/' }, 'write https://app.example.'],
    ['an origin with a path', { origin: 'https://app.example/auth' }, 'write https://app.example.'],
    ['an origin with a default port', { origin: 'https://app.example:443' }, 'write https://app.example.'],
    ['an origin with a user', { origin: 'https://user:hunter2@app.example' }, 'write https://app.example.'],
    ['an origin in capitals', { origin: 'https://APP.example' }, 'write https://app.example.'],
    ['an origin of plain http', { origin: 'http://app.example' }, 'origin must be https'],
    ['an origin that begins like loopback', { origin: 'http://localhost.evil.example' }, 'origin must be https'],
    ['an origin that looks like loopback', { origin: 'http://127.0.0.1.evil.example' }, 'origin must be https'],
    ['an origin of every interface', { origin: 'http://0.0.0.0:3000' }, 'origin must be https'],
    ['an origin of another protocol', { origin: 'ftp://app.example' }, 'origin must be the public origin'],
    ['an origin without a host', { origin: 'data:text/html,x' }, 'origin must be the public origin'],
    ['an origin without a scheme', { origin: 'localhost:3000' }, 'origin must be the public origin'],
    // Secrets.
    ['no secrets', { secrets: undefined }, 'openssl rand'],
    ['an empty list of secrets', { secrets: [] }, 'openssl rand'],
    ['a secret that is no list', { secrets: NEWEST }, 'secrets must be a list'],
    ['a number for secrets', { secrets: 5 }, 'secrets must be a list'],
    ['a short secret', { secrets: ['short'] }, 'secrets[0] must be at least 32 bytes'],
    ['a weak secret behind a good one', { secrets: [NEWEST, 'a'.repeat(64)] }, 'secrets[1] repeats'],
    ['an example', { secrets: ['change-me-change-me-change-me-1234567'] }, 'secrets[0] is an example'],
    ['a missing secret', { secrets: [undefined] }, 'secrets[0] must be a string'],
    // Providers.
    ['no providers', { providers: undefined }, 'providers'],
    ['an empty list of providers', { providers: [] }, 'providers'],
    ['a provider that is nothing', { providers: [null] }, 'defineProvider'],
    ['a provider that is only data', { providers: [{ id: 'a' }] }, 'defineProvider'],
    ['two providers of one id', { providers: [PROVIDER, PROVIDER] }, 'two with the id "a"'],
    ['two providers of one issuer', { providers: [OPENID, { ...OPENID, id: 'b' }] }, 'two with the issuer'],
    [
      'a redirect URI at another route',
      {
        providers: [oauth2Provider('https://as.example', { id: 'a', redirectUri: 'https://app.example/auth/logout' })],
      },
      'redirectUri of a must not have the path /auth/logout',
    ],
    [
      'a redirect URI at the callback of another provider',
      {
        providers: [
          oauth2Provider('https://as.example', { id: 'a', redirectUri: 'https://app.example/auth/callback/b' }),
          OTHER,
        ],
      },
      'redirectUri of a must not have the path /auth/callback/b',
    ],
    [
      'two redirect URIs at one path',
      {
        providers: ['a', 'b'].map((id) =>
          oauth2Provider(`https://${id}.example`, { id, redirectUri: `https://app.example/callback?to=${id}` }),
        ),
      },
      'two have the path /callback',
    ],
    ...['https://app.example', 'https://cb.example/cb', 'https://app.example/c%62'].map(
      (redirectUri): [string, object, string] => [
        `two redirect URIs that are ${redirectUri}`,
        { providers: ['a', 'b'].map((id) => oauth2Provider(`https://${id}.example`, { id, redirectUri })) },
        `redirectUri must differ between providers: two have ${redirectUri}`,
      ],
    ),
    [
      'two redirect URIs that are one address, spelt in two ways',
      {
        providers: ['https://app.example', 'https://app.example/'].map((redirectUri, index) =>
          oauth2Provider(`https://${index}.example`, { id: `p${index}`, redirectUri }),
        ),
      },
      'redirectUri must differ between providers: two have https://app.example/.',
    ],
    ['a default provider that is none', { signInWith: 'b' }, 'signInWith must be one of the providers: a.'],
    // Paths and names.
    ['a base path without a slash', { basePath: 'auth' }, 'basePath'],
    ['a base path that ends in one', { basePath: '/auth/' }, 'basePath'],
    ['the root as base path', { basePath: '/' }, 'basePath'],
    ['a base path with a parameter', { basePath: '/:x' }, 'basePath'],
    ['a base path that climbs', { basePath: '/../auth' }, 'basePath'],
    ['a base path with an escape', { basePath: '/%61uth' }, 'basePath'],
    ['a base path that is no text', { basePath: ['/auth'] }, 'basePath'],
    ['a start page elsewhere', { defaultReturnTo: 'https://evil.example' }, 'defaultReturnTo'],
    ['a start page on another host', { defaultReturnTo: '//evil.example' }, 'defaultReturnTo'],
    ['a start page that becomes another host', { defaultReturnTo: '/.//evil.example' }, 'defaultReturnTo'],
    ['a start page that starts a sign-in', { defaultReturnTo: '/auth/login' }, 'defaultReturnTo'],
    ['a start page that is no text', { defaultReturnTo: 5 }, 'defaultReturnTo'],
    ['a cookie prefix with a space', { cookiePrefix: 'a b' }, 'cookiePrefix'],
    ['a cookie prefix with a dot', { cookiePrefix: 'postern.tx' }, 'cookiePrefix'],
    ['an empty cookie prefix', { cookiePrefix: '' }, 'cookiePrefix'],
    // Times.
    ['an idle time of nothing', { session: { idleTimeout: 0 } }, 'session.idleTimeout'],
    ['an idle time below nothing', { session: { idleTimeout: -1 } }, 'session.idleTimeout'],
    ['an idle time of half a second', { session: { idleTimeout: 0.5 } }, 'session.idleTimeout'],
    ['an idle time that is no number', { session: { idleTimeout: Number.NaN } }, 'session.idleTimeout'],
    ['an idle time in words', { session: { idleTimeout: '7d' } }, 'session.idleTimeout'],
    ['an endless session', { session: { absoluteTimeout: Number.POSITIVE_INFINITY } }, 'session.absoluteTimeout'],
    ['a session of 401 days', { session: { absoluteTimeout: 401 * 86_400 } }, 'session.absoluteTimeout'],
    ['a sign-in of two days', { transaction: { lifetime: 2 * 86_400 } }, 'transaction.lifetime'],
    // What only a store can do.
    [
      'a limit without a store',
      { session: { limit: { perUser: 1, beyond: 'refuse' } } },
      'session.limit needs a store',
    ],
    [
      'a limit of nobody',
      { store: memoryStore(), session: { limit: { perUser: 0, beyond: 'refuse' } } },
      'session.limit must be',
    ],
    ['a limit that says nothing of the rest', { session: { limit: { perUser: 1 } } }, 'session.limit must be'],
    ['a limit that is nothing', { session: { limit: null } }, 'session.limit'],
    ['logout by the provider without a store', { providers: [{ ...OPENID, backchannelLogout: 'accept' }] }, 'store'],
    ['several processes that rotate tokens', { processes: 2 }, 'rotates refresh tokens'],
    ['half a process', { processes: 1.5 }, 'processes'],
    ['a store that was not made', { store: memoryStore }, 'store must be'],
    ['a store that lacks something', { store: { get: async () => undefined } }, 'store must be'],
    // Functions.
    ['a hook that is none', { onSignIn: 'allow' }, 'onSignIn must be a function'],
    ['a listener that is none', { onEvent: null }, 'onEvent must be a function'],
    ['a fetch that is none', { fetch: {} }, 'fetch must be a function'],
    ['a clock that is none', { now: 0 }, 'now must be a function'],
    ['a page that is none', { pages: { error: '<html>' } }, 'pages.error must be a function'],
    // Names and shapes.
    ['a misspelt name', { orgin: 'https://app.example' }, 'orgin is not an option. Did you mean origin?'],
    ['a misspelt name inside', { session: { idle: 1 } }, 'session.idle is not an option'],
    [
      'a rate that says more',
      { rates: { login: { requests: 1, seconds: 1, burst: 4 } } },
      'rates.login.burst is not an',
    ],
    ['a misspelt limit', { session: { limit: { max: 1 } } }, 'session.limit.max is not an option'],
    ['a page that does not exist', { pages: { login: () => '' } }, 'pages.login is not an option'],
    ['danger as a boolean', { insecureLoopback: true }, 'insecureLoopback is not an option'],
    ['a list for the session', { session: [] }, 'session must be an object'],
    ['a number for the transaction', { transaction: 600 }, 'transaction must be an object'],
    ['text for the pages', { pages: 'pages/' }, 'pages must be an object'],
    ['null for the session', { session: null }, 'session must be an object'],
  ])('is refused: %s', (_, change, expected) => {
    expect(adviceFor(change)).toContain(expected)
  })

  it.each([undefined, null, 5, 'options', []])('is refused also when it is all of them: %j', (options) => {
    // JavaScript can call it with anything.
    const failure = failureIn(() => createConfig(options as unknown as GatewayOptions))
    expect(failure.code).toBe('config_invalid')
  })
})

describe('the one message', () => {
  it('names every problem at once', () => {
    const advice = adviceFor({
      origin: 'http://app.example',
      secrets: ['short', 'also short'],
      providers: [],
      basePath: 'auth',
      session: { idleTimeout: 0, absoluteTimeout: 0 },
      transaction: { lifetime: 0 },
      onEvent: 1,
      extra: 1,
    })
    expect(advice.trim().split('\n')).toHaveLength(10)
    for (const line of advice.trim().split('\n')) expect(line.trim()).toMatch(/^- .*[.)2]$/)
  })

  it('quotes no secret, wherever one was written', () => {
    const canary = 'canary'
    const weak = [canary, canary.repeat(10), `your-secret-${canary}-0123456789-0123456789`]
    for (const change of [
      { secrets: weak },
      { secrets: weak.join(',') },
      { secrets: { current: canary } },
      { secret: canary, cookieSecret: canary },
      { session: { secret: canary } },
      { origin: `https://user:${canary}@app.example` },
    ]) {
      expect(adviceFor(change)).not.toContain(canary)
    }
  })

  it('is all that is thrown, whatever the options are', () => {
    const value = oneof(anything({ maxDepth: 2 }), constantFrom('x', ['x'], [null], {}, null, [PROVIDER]))
    const options = record(
      {
        origin: value,
        secrets: value,
        providers: value,
        basePath: value,
        signInWith: value,
        defaultReturnTo: value,
        cookiePrefix: value,
        session: oneof(value, record({ idleTimeout: value, absoluteTimeout: value, limit: value })),
        transaction: oneof(value, record({ lifetime: value })),
        store: value,
        processes: value,
        proxy: oneof(
          value,
          dictionary(
            constantFrom('/api', 'x'),
            oneof(
              value,
              record({ target: value, provider: value, methods: value, headers: value, passCookies: value }),
            ),
          ),
        ),
        verify: oneof(value, record({ headers: oneof(value, dictionary(constantFrom('x-user', 'cookie'), value)) })),
        rates: oneof(value, record({ login: oneof(value, record({ requests: value, seconds: value })) })),
        onSignIn: value,
        pages: oneof(value, record({ error: value })),
      },
      { requiredKeys: [] },
    )
    always(
      property(options, (changes) => {
        try {
          createConfig({ ...GOOD, ...changes } as GatewayOptions)
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError)
          expect((error as GatewayError).code).toBe('config_invalid')
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a configuration', () => {
  it('has the documented defaults', () => {
    const config = createConfig(GOOD)
    const day = 86_400_000
    expect(config).toMatchObject({
      basePath: '/auth',
      cookiePrefix: 'postern',
      signInWith: 'a',
      defaultReturnTo: '/',
      lifetimes: { idle: 7 * day, absolute: 30 * day },
      transactionLifetime: 600_000,
      redirectUris: { a: 'https://app.example/auth/callback/a' },
      store: undefined,
    })
  })

  it('names no default provider where there are several', () => {
    expect(createConfig({ ...GOOD, providers: [PROVIDER, OTHER] }).signInWith).toBeUndefined()
    expect(createConfig({ ...GOOD, providers: [PROVIDER, OTHER], signInWith: 'b' }).signInWith).toBe('b')
  })

  it.each(['https://app.example:8443', 'http://localhost:3000', 'http://127.8.9.10', 'http://[::1]:3000'])(
    'takes %s as its origin',
    (origin) => {
      expect(createConfig({ ...GOOD, origin }).origin).toBe(origin)
    },
  )

  it('sends a redirect URI as it was registered, byte for byte', () => {
    const redirectUri = 'https://app.example/auth/callback/a/?tenant=1'
    expect(createConfig({ ...GOOD, providers: [{ ...PROVIDER, redirectUri }] }).redirectUris['a']).toBe(redirectUri)
  })

  it('takes times of a second, and a rotation of secrets', () => {
    const session = { idleTimeout: 1, absoluteTimeout: 1 }
    const config = createConfig({ ...GOOD, session, transaction: { lifetime: 1 }, secrets: [NEWEST, OLDER] })
    expect(config.lifetimes).toEqual({ idle: 1_000, absolute: 1_000 })
    expect(config.secrets).toEqual([NEWEST, OLDER])
  })

  it('with a store may have several processes, a limit, and providers that log users out', () => {
    const session = { limit: { perUser: 1, beyond: 'refuse' } } as const
    const providers = [PROVIDER, { ...OPENID, backchannelLogout: 'accept', frontchannelLogout: 'accept' }] as const
    expect(createConfig({ ...GOOD, providers, session, store: memoryStore(), processes: 8 }).sessionLimit).toEqual(
      session.limit,
    )
  })

  it('does not follow what is done to the options afterwards', () => {
    const secrets = [NEWEST]
    const providers = [PROVIDER]
    const pages = { error: () => 'first' }
    const config = createConfig({ ...GOOD, secrets, providers, pages })
    secrets[0] = 'changed'
    providers.length = 0
    pages.error = () => 'second'
    expect(config.secrets).toEqual([NEWEST])
    expect(config.providers.size).toBe(1)
    expect(config.pages.error?.({} as never)).toBe('first')
    expect(Object.isFrozen(config)).toBe(true)
  })
})
