import { createHash } from 'node:crypto'
import { exportSPKI, importJWK, SignJWT, UnsecuredJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { oidcCodeGrant } from '../../test/code-grant.ts'
import { failureOf } from '../../test/failure.ts'
import { json, startServer } from '../../test/local-server.ts'
import {
  ACCESS_TOKEN,
  createSigningKey,
  type OpenidProvider,
  startOpenidProvider,
  usualClaims,
} from '../../test/openid-provider.ts'
import { oidcProvider } from '../../test/provider-definition.ts'
import type { OidcProvider } from '../provider/provider.ts'
import type { CodeGrant } from './protocol.ts'
import { createProviderClient } from './provider-client.ts'

let provider: OpenidProvider
beforeEach(async () => {
  provider = await startOpenidProvider()
})
afterEach(() => provider.close())

interface Setting {
  readonly facts?: Partial<OidcProvider>
  readonly grant?: Partial<CodeGrant>
  readonly now?: () => number
}

async function signIn({ facts = {}, grant = {}, now = Date.now }: Setting = {}) {
  const definition = oidcProvider(provider.issuer, { userinfo: 'skip', ...facts })
  const client = createProviderClient(definition, { fetch, now })
  return client.exchange(await client.metadata(), { ...oidcCodeGrant, ...grant })
}

async function signInWith(idToken: unknown, setting?: Setting) {
  provider.tokens = { id_token: idToken }
  return signIn(setting)
}

async function signInClaiming(claims: Record<string, unknown>, setting?: Setting) {
  provider.claims = claims
  return signIn(setting)
}

/** The advice a refused ID token comes with. */
async function adviceOf(attempt: Promise<unknown>): Promise<string> {
  const failure = await failureOf(attempt)
  expect(failure.code).toBe('id_token_invalid')
  return failure.advice ?? ''
}

const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow

it('an ID token that holds tells who signed in', async () => {
  const { claims, idToken } = await signIn()
  expect(claims).toMatchObject({ iss: provider.issuer, sub: 'user-1', aud: 'client-1' })
  expect(idToken?.split('.')).toHaveLength(3)
})

describe('the signature', () => {
  it('by a key that is not the issuer’s is refused, whatever name the key has', async () => {
    const stranger = await createSigningKey('key-1')
    expect(await adviceOf(signInWith(await provider.idToken({}, {}, stranger)))).toContain('signature')
  })

  it.each([
    ['flipped', (token: string) => token.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'))],
    ['emptied', (token: string) => token.replace(/[^.]*$/, '')],
    ['cut off', (token: string) => token.replace(/\.[^.]*$/, '')],
    ['followed by more', (token: string) => `${token}.e30.e30`],
  ])('that was %s is refused', async (_how, tamper) => {
    await adviceOf(signInWith(tamper(await provider.idToken())))
  })

  it('does not cover a payload that was exchanged', async () => {
    const [header, , signature] = (await provider.idToken()).split('.')
    const payload = Buffer.from(JSON.stringify({ ...usualClaims(provider.issuer), sub: 'admin' })).toString('base64url')
    await adviceOf(signInWith(`${header}.${payload}.${signature}`))
  })

  it('is not optional: none, in any spelling, also when the metadata lists it', async () => {
    provider.metadata = { ...provider.metadata, id_token_signing_alg_values_supported: ['RS256', 'none'] }
    const unsecured = new UnsecuredJWT(usualClaims(provider.issuer)).encode()
    await adviceOf(signInWith(unsecured))
    const [, payload] = unsecured.split('.')
    for (const alg of ['nOnE', 'None', '', undefined, 5]) {
      const header = Buffer.from(JSON.stringify({ alg })).toString('base64url')
      await adviceOf(signInWith(`${header}.${payload}.`))
    }
  })

  it.each(['public key', 'client secret'])(
    'with HS256 keyed by the %s is refused, also when listed',
    async (secret) => {
      provider.metadata = { ...provider.metadata, id_token_signing_alg_values_supported: ['RS256', 'HS256'] }
      const publicKey = await importJWK(provider.key.jwk, 'RS256', { extractable: true })
      if (publicKey instanceof Uint8Array) throw new Error('not a key')
      const keys = { 'public key': await exportSPKI(publicKey), 'client secret': 'canary-client-secret' }
      const token = await new SignJWT(usualClaims(provider.issuer))
        .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
        .sign(new TextEncoder().encode(keys[secret === 'public key' ? 'public key' : 'client secret']))
      expect(await adviceOf(signInWith(token))).toContain('idTokenSignedResponseAlg')
    },
  )

  it('by another algorithm than the pinned one is refused although the key is published', async () => {
    const elliptic = await createSigningKey('key-2', 'ES256')
    provider.keys = [provider.key.jwk, elliptic.jwk]
    expect(await adviceOf(signInWith(await provider.idToken({}, {}, elliptic)))).toContain('idTokenSignedResponseAlg')
  })

  it.each(['RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const)(
    'may be by %s when that is pinned',
    async (alg) => {
      const key = await createSigningKey('key-2', alg)
      provider.keys = [provider.key.jwk, key.jwk]
      const { claims } = await signInWith(await provider.idToken({}, {}, key), {
        facts: { idTokenSignedResponseAlg: alg },
      })
      expect(claims['sub']).toBe('user-1')
    },
  )
})

describe('the header', () => {
  it('brings no key along, and no address of one', async () => {
    const stranger = await createSigningKey('stranger')
    const evil = await startServer(json(200, { keys: [stranger.jwk] }))
    const headers = [
      { jwk: stranger.jwk },
      { jku: `${evil.origin}/jwks` },
      { x5u: `${evil.origin}/cert` },
      { jku: `${evil.origin}/jwks`, kid: 'key-1' },
    ]
    for (const header of headers) await adviceOf(signInWith(await provider.idToken({}, header, stranger)))
    await evil.close()
    expect(evil.received).toHaveLength(0)
  })

  it.each(['__proto__', "' OR 1=1 --", '../../key-1', 'key-1\0', ''])('names no key with the kid %j', async (kid) => {
    await adviceOf(signInWith(await provider.idToken({}, { kid })))
  })

  it('may leave the key unnamed when there is one, and not when there are several', async () => {
    const unnamed = await provider.idToken({}, { kid: undefined })
    expect((await signInWith(unnamed)).claims['sub']).toBe('user-1')
    provider.keys = [provider.key.jwk, (await createSigningKey('key-2')).jwk]
    expect(await adviceOf(signInWith(unnamed))).toContain('several')
  })

  it.each([
    ['an extension nobody knows', { crit: ['exp'], exp: 1 }],
    ['an extension of another kind of token', { crit: ['b64'], b64: true }],
  ])('with crit is refused: %s', async (_what, extension) => {
    const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'key-1', ...extension })).toString('base64url')
    const [, payload] = (await provider.idToken()).split('.')
    const input = new TextEncoder().encode(`${header}.${payload}`)
    const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', provider.key.privateKey, input)
    await adviceOf(signInWith(`${header}.${payload}.${Buffer.from(signature).toString('base64url')}`))
  })

  it.each(['at+jwt', 'application/at+jwt', 'logout+jwt', 'secevent+jwt', 'dpop+jwt', '', 5, null, ['jwt']])(
    'of typ %j is refused',
    async (typ) => {
      expect(await adviceOf(signInWith(await provider.idToken({}, { typ })))).toContain('another kind')
    },
  )

  it.each(['JWT', 'jwt', 'application/jwt', undefined])('of typ %s is that of an ID token', async (typ) => {
    expect((await signInWith(await provider.idToken({}, { typ }))).claims['sub']).toBe('user-1')
  })
})

describe('what is no ID token', () => {
  it.each([
    ['is missing', undefined],
    ['is null', null],
    ['is empty', ''],
    ['is encrypted', 'eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d'],
    ['is not a JWT', 'canary'],
  ])('%s', async (_what, idToken) => {
    await adviceOf(signInWith(idToken))
  })

  it('is a logout token', async () => {
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
    expect(await adviceOf(signInClaiming({ events }))).toContain('logout token')
  })

  it('is a payload that is no object, or deeper than anything real', async () => {
    for (const payload of ['[1]', 'null', `${'['.repeat(10_000)}${']'.repeat(10_000)}`]) {
      const header = Buffer.from('{"alg":"RS256","kid":"key-1"}').toString('base64url')
      const input = `${header}.${Buffer.from(payload).toString('base64url')}`
      const bytes = new TextEncoder().encode(input)
      const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', provider.key.privateKey, bytes)
      await adviceOf(signInWith(`${input}.${Buffer.from(signature).toString('base64url')}`))
    }
  })
})

describe('the claims', () => {
  it.each([
    ['iss of somebody else', () => ({ iss: 'https://evil.example' })],
    ['iss with a slash more', () => ({ iss: `${provider.issuer}/` })],
    ['no iss', () => ({ iss: undefined })],
    ['aud of another client', () => ({ aud: 'client-2' })],
    ['no aud', () => ({ aud: undefined })],
    ['aud of nobody', () => ({ aud: [] })],
    ['aud of this and another client', () => ({ aud: ['client-1', 'evil'] })],
    ['aud of this and another client, with azp', () => ({ aud: ['client-1', 'evil'], azp: 'client-1' })],
    ['aud with a member that is no string', () => ({ aud: ['client-1', { evil: true }] })],
    ['azp of another client', () => ({ azp: 'evil' })],
    ['no sub', () => ({ sub: undefined })],
    ['sub that is a number', () => ({ sub: 1 })],
    ['an empty sub', () => ({ sub: '' })],
    ['sub of 10 kB', () => ({ sub: 'a'.repeat(10_000) })],
    ['sub with a line break', () => ({ sub: 'a\nb' })],
    ['sub that could not be read whole', () => ({ sub: 'Jos\ufffd' })],
    ['sub that no UTF-8 can hold', () => ({ sub: '42\ud800' })],
    ['no exp', () => ({ exp: undefined })],
    ['exp that is a string', () => ({ exp: String(seconds(300)) })],
    ['exp that is over', () => ({ exp: seconds(-400) })],
    ['no iat', () => ({ iat: undefined })],
    ['iat that is a string', () => ({ iat: String(seconds(0)) })],
    ['iat a year ahead', () => ({ iat: seconds(365 * 86_400) })],
    ['iat 70 s ahead', () => ({ iat: seconds(70) })],
    ['iat a week ago', () => ({ iat: seconds(-7 * 86_400) })],
    ['nbf in an hour', () => ({ nbf: seconds(3600) })],
    ['nbf that is a string', () => ({ nbf: 'now' })],
    ['another nonce', () => ({ nonce: 'other' })],
    ['no nonce', () => ({ nonce: undefined })],
    ['at_hash of another token', () => ({ at_hash: halfHash('other') })],
    ['at_hash that is a number', () => ({ at_hash: 5 })],
    ['auth_time that is a string', () => ({ auth_time: 'now' })],
  ])('%s', async (_what, claims) => {
    await adviceOf(signInClaiming(claims()))
  })

  it.each([
    ['aud in a list', () => ({ aud: ['client-1'] })],
    ['azp of this client', () => ({ azp: 'client-1' })],
    ['exp of 29 s ago: clocks differ a little', () => ({ exp: seconds(-29) })],
    ['iat with fractions', () => ({ iat: seconds(0) + 0.5 })],
    ['iat nearly ten minutes ago', () => ({ iat: seconds(-590) })],
    ['the right at_hash', () => ({ at_hash: halfHash(ACCESS_TOKEN) })],
    ['members that are null', () => ({ azp: null, at_hash: null, nbf: null, auth_time: null, events: null })],
    ['auth_time of 0', () => ({ auth_time: 0 })],
    ['a sub of 255 characters', () => ({ sub: 'a'.repeat(255) })],
  ])('may have %s', async (_what, claims) => {
    expect((await signInClaiming(claims())).claims['iss']).toBe(provider.issuer)
  })

  it('may name an audience that is trusted by configuration', async () => {
    const claims = { aud: ['client-1', 'api'] }
    const trusting = { facts: { additionalAudiences: ['api'] } }
    expect((await signInClaiming(claims, trusting)).claims['aud']).toEqual(claims.aud)
  })

  it('change no prototype', async () => {
    const claims = JSON.parse('{"__proto__":{"isAdmin":true}}')
    const verified = (await signInClaiming(claims)).claims
    expect(verified).not.toHaveProperty('isAdmin')
  })

  it('are nothing without a nonce that was sent', async () => {
    await adviceOf(signInClaiming({ nonce: undefined }, { grant: { nonce: undefined } }))
  })
})

describe('a sign-in that asked how it is done', () => {
  it('with max_age must have been that recent', async () => {
    const asked = { grant: { maxAge: 60 } }
    expect(await adviceOf(signInClaiming({ auth_time: seconds(-3600) }, asked))).toContain('max_age')
    expect(await adviceOf(signInClaiming({}, asked))).toContain('max_age')
    expect(await adviceOf(signInClaiming({ auth_time: seconds(3600) }, asked))).toContain('max_age')
    expect((await signInClaiming({ auth_time: seconds(50) }, asked)).claims['sub']).toBe('user-1')
    expect((await signInClaiming({ auth_time: seconds(-10) }, asked)).claims['sub']).toBe('user-1')
  })

  it('with acr_values must name one of them', async () => {
    const asked = { grant: { acr: ['gold', 'silver'] } }
    expect(await adviceOf(signInClaiming({ acr: 'bronze' }, asked))).toContain('acr')
    expect(await adviceOf(signInClaiming({}, asked))).toContain('acr')
    expect((await signInClaiming({ acr: 'silver' }, asked)).claims['acr']).toBe('silver')
  })
})

describe('clocks that differ', () => {
  it.each([-300, -120, 900])('by %i seconds are named in the advice', async (difference) => {
    const advice = await adviceOf(signIn({ now: () => Date.now() + difference * 1000 }))
    const named = Number(/differ by about (\d+) seconds/.exec(advice)?.[1])
    expect(Math.abs(named - Math.abs(difference))).toBeLessThan(5)
  })
})

function halfHash(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url')
}
