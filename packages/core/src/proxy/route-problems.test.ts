import { describe, expect, it } from 'vitest'
import { failureIn } from '../../test/failure.ts'
import { oauth2Provider } from '../../test/provider-definition.ts'
import { NEWEST } from '../../test/secrets.ts'
import { createConfig } from '../config.ts'

const GOOD = { target: 'https://api.example/v1', provider: 'a' }

/** What is said about options that TypeScript would refuse: the checks are for JavaScript and JSON. */
function adviceFor(proxy: unknown): string {
  const apiOrigins = ['https://api.example', 'http://127.0.0.1:9']
  const providers = [
    oauth2Provider('https://as.example', { id: 'a', apiOrigins, redirectUri: 'https://app.example/old/callback' }),
    oauth2Provider('https://other.example', { id: 'b', apiOrigins: ['https://other.example'] }),
  ]
  const options = { origin: 'https://app.example', secrets: [NEWEST], providers, basePath: '/api/auth' }
  return failureIn(() => createConfig({ ...options, proxy } as Parameters<typeof createConfig>[0])).advice ?? ''
}

describe('a prefix that would forward wrongly', () => {
  it.each<[string, string, object, string]>([
    ['has a slash at its end', '/x/', {}, 'must be a path like /api/name'],
    ['has none at its start', 'x', {}, 'must be a path like /api/name'],
    ['is the root', '/', {}, 'must be a path like /api/name'],
    ['is empty', '', {}, 'must be a path like /api/name'],
    ['holds an escape', '/x%2fy', {}, 'must be a path like /api/name'],
    ['holds a dot segment', '/x/../y', {}, 'must be a path like /api/name'],
    ['ends in a dot segment', '/x/.', {}, 'must be a path like /api/name'],
    ['holds a parameter', '/x/:id', {}, 'must be a path like /api/name'],
    ['is above the gateway’s own paths', '/api', {}, 'overlaps basePath /api/auth'],
    ['is the path of the gateway', '/api/auth', {}, 'overlaps basePath /api/auth'],
    ['is among the gateway’s own paths', '/api/auth/x', {}, 'overlaps basePath /api/auth'],
    ['is above a registered redirect URI', '/old', {}, 'would forward /old/callback, the path of the redirectUri of a'],
    ['is a registered redirect URI', '/old/callback', {}, 'would forward /old/callback'],
    ['has no target', '/x', { target: undefined }, 'target must be an absolute URL'],
    ['has a path for a target', '/x', { target: '/v1' }, 'target must be an absolute URL'],
    ['has a target in the clear', '/x', { target: 'http://api.example' }, 'target must be https'],
    ['has a target of another protocol', '/x', { target: 'ftp://api.example' }, 'target must be https'],
    [
      'has a target with a query',
      '/x',
      { target: 'https://api.example/?a' },
      'without query, fragment and credentials',
    ],
    ['has a target with an empty query', '/x', { target: 'https://api.example/?' }, 'without query, fragment'],
    ['has a target with a fragment', '/x', { target: 'https://api.example/#' }, 'without query, fragment'],
    ['has a target with a password', '/x', { target: 'https://u:hunter2@api.example' }, 'without query, fragment'],
    ['sends a token to another’s API', '/x', { target: 'https://other.example' }, 'target is not an API of a'],
    ['sends a token to a neighbour', '/x', { target: 'https://api.example:444' }, 'target is not an API of a'],
    ['names nobody', '/x', { provider: undefined }, 'provider must be one of the providers: a, b'],
    ['names a stranger', '/x', { provider: 'toString' }, 'provider must be one of the providers: a, b'],
    ['allows TRACE', '/x', { methods: ['GET', 'TRACE'] }, 'methods must be'],
    ['allows preflights to be forwarded', '/x', { methods: ['OPTIONS'] }, 'methods must be'],
    ['spells a method small', '/x', { methods: ['get'] }, 'methods must be'],
    ['has text for methods', '/x', { methods: 'GET' }, 'methods must be'],
    ['misspells a requirement', '/x', { require: { scopes: ['a'] } }, 'has no option require.scopes'],
    ['requires another provider', '/x', { require: { provider: 'b' } }, 'has no option require.provider'],
    ['misspells an option', '/x', { timeout: 5 }, 'has no option timeout'],
    ['sets the token itself', '/x', { headers: { Authorization: 'x' } }, 'cannot set the header "Authorization"'],
    ['sets a cookie', '/x', { identityHeaders: { cookie: () => '' } }, 'cannot set the header "cookie"'],
    ['splits a message', '/x', { headers: { 'transfer-encoding': 'chunked' } }, 'cannot set the header'],
    ['has a header name with an underscore', '/x', { headers: { x_user: 'a' } }, 'cannot set the header "x_user"'],
    ['has a header name with a line in it', '/x', { headers: { 'x\r\ny': 'a' } }, 'cannot set the header'],
    ['has a header of two lines', '/x', { headers: { 'x-a': 'a\r\nb' } }, 'a value of visible ASCII'],
    ['has a header that is a number', '/x', { headers: { 'x-a': 1 } }, 'a value of visible ASCII'],
    ['has text where it asks who', '/x', { identityHeaders: { 'x-a': 'ann' } }, 'the header "x-a" a function'],
    ['says twice who asks', '/x', { identityHeaders: { 'X-A': String, 'x-a': String } }, 'the header "x-a" twice'],
    [
      'says who asks, and who else',
      '/x',
      { headers: { 'x-a': 'b' }, identityHeaders: { 'X-A': String } },
      '"x-a" twice',
    ],
    [
      'passes our session on',
      '/x',
      { passCookies: ['__Host-postern.session'] },
      'must not name a cookie of the gateway',
    ],
    ['passes our sign-ins on', '/x', { passCookies: ['postern.tx.1'] }, 'must not name a cookie of the gateway'],
    ['passes no cookie in particular', '/x', { passCookies: ['a; b'] }, 'passCookies must be a list of cookie names'],
    ['allows everybody', '/x', { allowedOrigins: ['*'] }, 'allowedOrigins must be'],
    ['allows nobody in particular', '/x', { allowedOrigins: ['null'] }, 'allowedOrigins must be'],
    ['allows an origin with a path', '/x', { allowedOrigins: ['https://a.example/'] }, 'allowedOrigins must be'],
    ['waits for ever', '/x', { headersTimeout: Number.POSITIVE_INFINITY }, 'headersTimeout must be'],
    ['waits not at all', '/x', { idleTimeout: 0 }, 'idleTimeout must be'],
    ['waits in words', '/x', { connectTimeout: '5s' }, 'connectTimeout must be'],
    ['takes half a connection', '/x', { maxConnections: 0.5 }, 'maxConnections must be'],
    ['takes no body', '/x', { maxBodyBytes: 0 }, 'maxBodyBytes must be'],
    ['takes no head', '/x', { maxResponseHeaderBytes: 1023 }, 'maxResponseHeaderBytes must be'],
    ['takes a head without end', '/x', { maxResponseHeaderBytes: 2 ** 30 }, 'maxResponseHeaderBytes must be'],
    ['treats slashes somehow', '/x', { encodedSlashes: true }, 'encodedSlashes must be'],
  ])('%s', (_, prefix, change, advice) => {
    expect(adviceFor({ [prefix]: { ...GOOD, ...change } })).toContain(advice)
  })

  it('is nothing like options', () => {
    for (const proxy of [null, [], 'x', 1, { '/x': null }, { '/x': [] }, { '/x': 'https://api.example' }]) {
      expect(adviceFor(proxy)).toMatch(/must be an object/)
    }
  })

  it('is named, with everything that is wrong with it, and without a secret', () => {
    const advice = adviceFor({
      '/x': { target: 'http://u:hunter2@evil.example/?a', provider: 'c', methods: [], idleTimeout: 0 },
    })
    expect(advice.match(/proxy\['\/x'\]/g)).toHaveLength(4)
    expect(advice).not.toContain('hunter2')
  })
})

describe('a prefix that forwards', () => {
  it('may go to loopback in the clear, and lie beside or below another', () => {
    const proxy = { '/x': GOOD, '/x/y': { ...GOOD, target: 'http://127.0.0.1:9' }, '/api/authx': GOOD }
    expect(() => adviceFor(proxy)).toThrow('expected a GatewayError')
  })
})
