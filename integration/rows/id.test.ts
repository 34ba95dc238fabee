import { generateKeyPairSync } from 'node:crypto'
import { createGateway } from '@postern/core'
import { oidc } from '@postern/providers/oidc'
import { json } from '@postern/testing'
import { exportJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { ADAPTERS } from '../apps.ts'
import { expectClean, expectConsumed, expectNoSession, expectSession } from '../outcomes.ts'
import {
  CLIENT_SECRET,
  ORIGIN,
  openStage,
  pendingLogin,
  SECRET,
  type StageOptions,
  signIn,
  useServers,
} from '../stage.ts'

const servers = useServers()
const tokenRequests = () => servers.received('token').length
const now = () => Math.floor(Date.now() / 1000)

type IdTokenScript = NonNullable<Parameters<typeof servers.idp.change>[0]['idToken']>
type Claims = Readonly<Record<string, unknown>>

const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 })

describe.each(ADAPTERS)('on %s, an ID token', (adapter) => {
  /** Refused: nobody is signed in, nothing is asked with its access token, and the sign-in is over. */
  const expectRefused = async (idToken: IdTokenScript, options: StageOptions = {}): Promise<void> => {
    servers.idp.change({ idToken })
    const asked = servers.received('userinfo').length
    const { browser, events } = await openStage(adapter, servers, options)
    const pending = await pendingLogin(browser)
    const before = browser.cookies.snapshot()
    const page = await pending.deliver()
    expectClean(page, 502)
    await expectNoSession(browser)
    expect(servers.received('userinfo').length).toBe(asked)
    await expectConsumed(browser, pending.url, before, tokenRequests)
    expect(events.find(({ type }) => type === 'sign_in_failed')).toMatchObject({ code: 'id_token_invalid' })
  }

  const expectTaken = async (idToken: IdTokenScript, options: StageOptions = {}, subject = 'user-1'): Promise<void> => {
    servers.idp.change({ idToken })
    const { browser } = await openStage(adapter, servers, options)
    await signIn(browser)
    await expectSession(browser, subject)
  }

  it.each<[string, (right: Claims) => Claims]>([
    ['of another issuer (ID-01)', (right) => ({ ...right, iss: 'https://evil.example' })],
    ['of no issuer (ID-01)', ({ iss: _, ...rest }) => rest],
    ['of the issuer and a slash (ID-01)', (right) => ({ ...right, iss: `${right['iss']}/` })],
    ['of the issuer in capitals (ID-01)', (right) => ({ ...right, iss: String(right['iss']).toUpperCase() })],
    ['of a list of issuers (ID-01)', (right) => ({ ...right, iss: [right['iss']] })],
    ['for another client (ID-02)', (right) => ({ ...right, aud: 'another' })],
    ['for nobody (ID-02)', ({ aud: _, ...rest }) => rest],
    ['for an empty list (ID-02)', (right) => ({ ...right, aud: [] })],
    ['for a part of the client’s name (ID-02)', (right) => ({ ...right, aud: 'row' })],
    ['for an object (ID-02)', (right) => ({ ...right, aud: { rows: true } })],
    ['for this client and another (ID-03)', (right) => ({ ...right, aud: ['rows', 'evil'] })],
    ['for this client and another, by this one (ID-03)', (right) => ({ ...right, aud: ['rows', 'evil'], azp: 'rows' })],
    ['for this client, by another (ID-04)', (right) => ({ ...right, azp: 'evil' })],
    ['for this client in a list, by another (ID-04)', (right) => ({ ...right, aud: ['rows'], azp: 'evil' })],
    ['that never ends (ID-08)', ({ exp: _, ...rest }) => rest],
    ['that ends as a string (ID-08)', (right) => ({ ...right, exp: String(right['exp']) })],
    ['that ended 400 seconds ago (ID-08)', (right) => ({ ...right, exp: now() - 400 })],
    ['that ended in the distant past (ID-08)', (right) => ({ ...right, exp: 1 })],
    ['that ends at no time (ID-08)', (right) => ({ ...right, exp: null })],
    ['issued at no time (ID-09)', ({ iat: _, ...rest }) => rest],
    ['issued at a string (ID-09)', (right) => ({ ...right, iat: String(right['iat']) })],
    ['issued in a year (ID-10)', (right) => ({ ...right, iat: now() + 31_536_000, exp: now() + 31_540_000 })],
    ['issued a week ago (ID-10)', (right) => ({ ...right, iat: now() - 604_800 })],
    ['not valid before next year (ID-10)', (right) => ({ ...right, nbf: now() + 31_536_000 })],
    ['about nobody (ID-11)', ({ sub: _, ...rest }) => rest],
    ['about a number (ID-11)', (right) => ({ ...right, sub: 7 })],
    ['about an empty name (ID-11)', (right) => ({ ...right, sub: '' })],
    ['about a name of ten kilobytes (ID-11)', (right) => ({ ...right, sub: 'x'.repeat(10_000) })],
    ['about a list (ID-11)', (right) => ({ ...right, sub: ['user-1'] })],
    ['about a name with a line break (ID-11)', (right) => ({ ...right, sub: 'user-1\nadmin' })],
    ['with another nonce (ID-12)', (right) => ({ ...right, nonce: 'another' })],
    ['without a nonce (ID-12)', ({ nonce: _, ...rest }) => rest],
    ['with an empty nonce (ID-12)', (right) => ({ ...right, nonce: '' })],
    ['with the nonce in a list (ID-12)', (right) => ({ ...right, nonce: [right['nonce']] })],
    ['with another access token’s hash (ID-15)', (right) => ({ ...right, at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' })],
    ['with a hash that is a number (ID-15)', (right) => ({ ...right, at_hash: 7 })],
    [
      'that is a logout token (ID-18)',
      (right) => ({ ...right, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }),
    ],
  ])('%s is refused', (_, claims) => expectRefused({ claims }))

  it('with the nonce of another sign-in is refused (ID-12)', async () => {
    const { browser, newBrowser } = await openStage(adapter, servers)
    await pendingLogin(newBrowser())
    const nonce = servers.received('authorization')[0]?.query.get('nonce')
    servers.idp.change({ idToken: { claims: { nonce } } })
    expectClean(await (await pendingLogin(browser)).deliver(), 502)
    await expectNoSession(browser)
  })

  it.each<[string, (right: Claims) => Claims]>([
    ['for a list of this client (ID-02)', (right) => ({ ...right, aud: ['rows'] })],
    ['by this client (ID-04)', (right) => ({ ...right, azp: 'rows' })],
    ['that ended while it was on its way (ID-08)', (right) => ({ ...right, exp: now() - 20 })],
    ['without the hash of the access token (ID-15)', ({ at_hash: _, ...rest }) => rest],
    ['with claims nobody knows', (right) => ({ ...right, more: { of: ['anything'] }, __proto__: { isAdmin: true } })],
  ])('%s is taken', (_, claims) => expectTaken({ claims }))

  it('for another audience is taken where that is trusted by name (ID-03)', async () => {
    const claims = (right: Claims) => ({ ...right, aud: ['rows', 'api'], azp: 'rows' })
    await expectTaken({ claims }, { facts: { additionalAudiences: ['api'] } })
  })

  it.each<[string, IdTokenScript]>([
    ['by a key that is not published (ID-05)', { signWith: 'unpublished-key' }],
    ['and then changed in its signature (ID-05)', { tamper: (token) => flipped(token, 2) }],
    ['and then changed in its claims (ID-05)', { tamper: (token) => forged(token, { sub: 'admin' }) }],
    ['and then stripped of its signature (ID-05)', { tamper: (token) => `${token.slice(0, token.lastIndexOf('.'))}.` }],
    ['and then stripped of its third part (ID-05)', { tamper: (token) => token.slice(0, token.lastIndexOf('.')) }],
    ['with none (ID-06)', { signWith: 'nothing' }],
    ['with nOnE (ID-06)', { signWith: 'nothing', header: { alg: 'nOnE' } }],
    ['with NONE and a signature (ID-06)', { header: { alg: 'NONE' } }],
    ['with no algorithm (ID-06)', { header: { alg: undefined } }],
    ['with HS256, keyed with the public key (ID-06)', { signWith: 'public-key' }],
    ['with HS256, keyed with the client secret (ID-07)', { signWith: 'client-secret' }],
    ['with ES256 (ID-06)', { algorithm: 'ES256' }],
    ['with another algorithm of the same key (ID-06)', { header: { alg: 'RS512' } }],
    ['with a list of algorithms (ID-06)', { header: { alg: ['RS256'] } }],
    ['under a condition nobody knows (ID-17)', { header: { crit: ['exp'], exp: 1 } }],
    ['under an empty list of conditions (ID-17)', { header: { crit: [] } }],
    ['without encoding its payload (ID-17)', { header: { crit: ['b64'], b64: false } }],
    ['and in five parts, as if encrypted (ID-17)', { tamper: (token) => `${token}.a.b` }],
    ['and in four parts (ID-17)', { tamper: (token) => `${token}.a` }],
    ['as an access token (ID-18)', { header: { typ: 'at+jwt' } }],
    ['as an access token, spelt out (ID-18)', { header: { typ: 'application/at+jwt' } }],
    ['as a logout token (ID-18)', { header: { typ: 'logout+jwt' } }],
    ['as something of its own (ID-18)', { header: { typ: 7 } }],
    ['with a space in front (ID-05)', { tamper: (token) => ` ${token}` }],
    ['and is no token (ID-05)', { tamper: () => 'a.b.c' }],
    ['and is empty (ID-13)', { tamper: () => '' }],
  ])('that is signed %s is refused', (_, script) => expectRefused(script))

  it.each([
    ['RS256 and none', ['RS256', 'none']],
    ['RS256 and HS256', ['RS256', 'HS256']],
    ['none alone', ['none']],
    ['everything', ['none', 'HS256', 'RS256', 'ES256', 'PS256']],
    ['nothing', undefined],
  ])('is checked with the pinned algorithm when the metadata offers %s (ID-06)', async (_, algorithms) => {
    servers.idp.change({ metadata: { id_token_signing_alg_values_supported: algorithms } })
    await expectRefused({ signWith: 'nothing' })
    await expectRefused({ signWith: 'client-secret' })
    await expectRefused({ signWith: 'public-key' })
    await expectTaken({})
  })

  it('of ES256 is taken where the provider’s options say so, and then RS256 is not (ID-06)', async () => {
    const facts = { idTokenSignedResponseAlg: 'ES256' } as const
    await expectTaken({ algorithm: 'ES256' }, { facts })
    await expectRefused({}, { facts })
  })

  it('is demanded: a token response without one signs nobody in (ID-13)', async () => {
    for (const id_token of [undefined, null, 7]) {
      servers.idp.change({ tokenResponse: { id_token } })
      const { browser } = await openStage(adapter, servers)
      expectClean(await (await pendingLogin(browser)).deliver(), 502)
      await expectNoSession(browser)
      expect(servers.received('userinfo')).toEqual([])
    }
  })

  it.each([
    ['long ago', () => now() - 3_600],
    ['at no time', () => undefined],
    ['at a string', () => String(now())],
    ['at null', () => null],
  ])('that was asked for with max_age is refused when the user authenticated %s (ID-14)', async (_, authTime) => {
    servers.idp.change({ idToken: { claims: { auth_time: authTime() } } })
    const { browser } = await openStage(adapter, servers)
    expectClean(await (await pendingLogin(browser, '?max_age=60')).deliver(), 502)
    await expectNoSession(browser)
  })

  it('that was asked for with acr_values is refused when it names none of them (ID-14)', async () => {
    for (const acr of [undefined, 'bronze', ['gold'], '']) {
      servers.idp.change({ idToken: { claims: { acr } } })
      const { browser } = await openStage(adapter, servers)
      expectClean(await (await pendingLogin(browser, '?acr_values=gold%20silver')).deliver(), 502)
      await expectNoSession(browser)
    }
    servers.idp.change({ idToken: { claims: { acr: 'silver' } } })
    const { browser } = await openStage(adapter, servers)
    expect((await (await pendingLogin(browser, '?acr_values=gold%20silver')).deliver()).status).toBe(303)
  })

  it('has to show what the definition always asks for, whatever the address of a sign-in says (ID-14)', async () => {
    const facts = { authorizationParameters: { max_age: '60', acr_values: 'gold' } }
    const right = { auth_time: now(), acr: 'gold' }
    const attempt = async (claims: Claims) => {
      servers.idp.change({ idToken: { claims } })
      const { browser } = await openStage(adapter, servers, { facts })
      const page = await (await pendingLogin(browser, '?max_age=999999&acr_values=bronze')).deliver()
      return { browser, page }
    }
    for (const wrong of [{ auth_time: now() - 3_600 }, { auth_time: undefined }, { acr: 'bronze' }]) {
      const { browser, page } = await attempt({ ...right, ...wrong })
      expectClean(page, 502)
      await expectNoSession(browser)
    }
    expect((await attempt(right)).page.status).toBe(303)
  })

  it('without a kid is checked with the one key there is, and refused or found among several (ID-16)', async () => {
    await servers.idp.rotateKeys('drop-old')
    await expectTaken({ header: { kid: undefined } })
    await servers.idp.rotateKeys('keep-old')
    servers.idp.change({ idToken: { header: { kid: undefined } } })
    const { browser } = await openStage(adapter, servers)
    const page = await (await pendingLogin(browser)).deliver()
    // Either the one that fits is found, or nobody is signed in: never an unchecked token.
    if (page.status === 303) await expectSession(browser)
    else expectClean(page, 502)
    await expectRefused({ header: { kid: undefined }, signWith: 'unpublished-key' })
    await servers.idp.rotateKeys('drop-old')
  })

  it('that brings its own key, or says where to get one, is refused, and nobody goes there (ID-16)', async () => {
    const jwk = { ...(await exportJWK(attacker.publicKey)), kid: 'attacker', use: 'sig', alg: 'RS256' }
    const x5c = ['MIIB']
    const { origin } = servers.evil
    for (const header of [
      { jku: `${origin}/jwks`, kid: 'attacker' },
      { x5u: `${origin}/cert`, kid: 'attacker' },
      { jwk, kid: 'attacker' },
      { jwk, kid: undefined },
      { x5c, kid: 'attacker' },
    ]) {
      await expectRefused({ header, signWith: 'unpublished-key' })
    }
    expect(servers.evil.connections).toBe(0)
    // Beside the right signature they say nothing, or spoil it; either way nobody goes there.
    servers.idp.change({ idToken: { header: { jku: `${origin}/jwks`, x5u: `${origin}/cert`, jwk } } })
    await (await openStage(adapter, servers)).browser.navigate('/auth/login/idp')
    expect(servers.evil.connections).toBe(0)
  })

  it.each([
    '../../etc/passwd',
    "' OR 1=1 --",
    '__proto__',
    'constructor',
    'toString',
    '',
    'x'.repeat(5_000),
    7,
    null,
    ['a'],
    { a: 1 },
  ])('with the kid %j finds no key by it (ID-16)', (kid) =>
    expectRefused({ header: { kid }, signWith: 'unpublished-key' }),
  )

  it('is not checked with keys that are not for it: of another use, of another kind, symmetric, private (ID-16)', async () => {
    const right = servers.idp.publishedKeys
    const k = Buffer.from(CLIENT_SECRET).toString('base64url')
    for (const keys of [
      right.map((key) => ({ ...key, use: 'enc' })),
      right.map((key) => ({ ...key, alg: 'RS384' })),
      right.map(({ kid }) => ({ kty: 'oct', k, ...(kid === undefined ? {} : { kid }) })),
      [],
      'keys',
      [null, 7, 'x', []],
    ]) {
      servers.idp.change({ endpoints: { jwks: json(200, { keys }) } })
      const { browser } = await openStage(adapter, servers)
      expectClean(await (await pendingLogin(browser)).deliver(), 502, 503)
      await expectNoSession(browser)
    }
  })

  it.each([-300, 300])(
    'from a clock that is %i seconds off says so to the operator, and starts no loop (ID-19)',
    async (offset) => {
      const { browser, events } = await openStage(adapter, servers, { now: () => Date.now() + offset * 1000 })
      // A provider whose tokens are short-lived: five minutes are then too much in both directions.
      servers.idp.change({ idToken: { claims: (right) => ({ ...right, exp: Number(right['iat']) + 60 }) } })
      const page = await browser.navigate('/members')
      expectClean(page, 502)
      expect(page.chain.filter(({ url }) => url.includes('/auth/login')).length).toBe(1)
      const failure = events.find(({ type }) => type === 'sign_in_failed')
      expect(JSON.stringify(failure)).toMatch(/clocks.*differ by about (?:299|30\d) seconds/)
      await expectNoSession(browser)
    },
  )
})

describe('an algorithm that proves nothing', () => {
  // ID-07: whoever can check an HS* signature can make one, so they are not offered (decision 2).
  it.each(['none', 'HS256', 'HS384', 'HS512', 'RS1', 'dir', ''])(
    'is refused at start-up: %j (ID-06, ID-07)',
    (algorithm) => {
      expect(() =>
        createGateway({
          origin: ORIGIN,
          secrets: [SECRET],
          providers: [
            oidc({
              id: 'idp',
              issuer: 'https://idp.example',
              clientId: 'rows',
              clientSecret: CLIENT_SECRET,
              idTokenSignedResponseAlg: algorithm as 'RS256',
            }),
          ],
        }),
      ).toThrow(/idTokenSignedResponseAlg/)
    },
  )
})

/** The token with the claims of another, and the signature of the first. */
function forged(token: string, claims: Claims): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const own: Claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return [header, Buffer.from(JSON.stringify({ ...own, ...claims })).toString('base64url'), signature].join('.')
}

/** The token with one octet of one part changed. */
function flipped(token: string, part: number): string {
  const parts = token.split('.')
  const octets = Buffer.from(parts[part] ?? '', 'base64url')
  octets[10] = (octets[10] ?? 0) ^ 1
  parts[part] = octets.toString('base64url')
  return parts.join('.')
}
