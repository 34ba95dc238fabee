import { GatewayError } from '@postern/core'
import { type ContractCredentials, providerContract } from '@postern/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { type OidcUser, oidc } from './oidc.ts'

const FACTS = { id: 'staff', issuer: 'https://login.example/realms/staff' } as const
const CREDENTIALS = { clientId: 'app', clientSecret: 'a-client-secret' }

const CLAIMS = {
  sub: 'f1d2',
  name: 'Ada Lovelace',
  picture: 'https://login.example/ada.png',
  preferred_username: 'ada',
  email: 'ada@example.com',
  email_verified: false,
  groups: ['staff'],
}

const USER: OidcUser = {
  id: 'f1d2',
  name: 'Ada Lovelace',
  picture: 'https://login.example/ada.png',
  username: 'ada',
  email: 'ada@example.com',
  emailVerified: false,
}

const define = (credentials: ContractCredentials) => oidc({ ...FACTS, ...credentials })

function contextWith(claims: Readonly<Record<string, unknown>>) {
  const fetch = () => Promise.reject(new Error('nothing is asked: the claims say it all'))
  return { accessToken: 'a', origin: 'https://app.example', claims, fetch }
}

describe('the provider contract', () => {
  for (const { name, run } of providerContract({ id: 'staff', define, sample: CLAIMS, user: USER })) it(name, run)
})

describe('any OpenID Provider', () => {
  it('is found by its issuer, and asked for a profile', () => {
    expect(define(CREDENTIALS)).toMatchObject({
      protocol: 'oidc',
      name: 'staff',
      issuer: 'https://login.example/realms/staff',
      scope: ['openid', 'profile'],
    })
  })

  it('takes every fact an OpenID Provider has', () => {
    const provider = oidc({
      ...FACTS,
      name: 'Staff login',
      clientId: 'app',
      clientAuthentication: { method: 'client_secret_basic', clientSecret: 'a-client-secret', encoding: 'raw' },
      scope: ['openid', 'offline_access'],
      idTokenSignedResponseAlg: 'ES256',
      responseMode: 'form_post',
      userinfo: 'skip',
      apiOrigins: ['https://api.example'],
      timeout: 5,
    })
    expect(provider).toMatchObject({
      name: 'Staff login',
      scope: ['openid', 'offline_access'],
      idTokenSignedResponseAlg: 'ES256',
      responseMode: 'form_post',
      clientAuthentication: { method: 'client_secret_basic', encoding: 'raw' },
    })
  })

  it('makes the user as it is told, with its type', async () => {
    const provider = oidc({
      ...FACTS,
      ...CREDENTIALS,
      user: ({ sub, groups }) => ({ id: String(sub), groups: Array.isArray(groups) ? groups.map(String) : [] }),
    })
    expectTypeOf(provider.identify).returns.resolves.toEqualTypeOf<{ id: string; groups: string[] }>()
    expect(await provider.identify(contextWith(CLAIMS))).toEqual({ id: 'f1d2', groups: ['staff'] })
  })

  it.each([
    [
      'throws',
      () => {
        throw new TypeError('f1d2 is not iterable')
      },
    ],
    ['returns nobody', () => undefined],
    ['returns an empty id', () => ({ id: '' })],
    ['returns a number for an id', () => ({ id: 7 })],
  ])('refuses the sign-in when the user function %s, and quotes nothing', async (_, user) => {
    // @ts-expect-error: JavaScript returns what it likes
    const provider = oidc({ ...FACTS, ...CREDENTIALS, user })
    const error = await provider.identify(contextWith(CLAIMS)).then(
      () => expect.unreachable(),
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ code: 'profile_invalid', provider: 'staff' })
    expect(String(error)).not.toContain('f1d2')
  })

  it('lets the user function refuse', async () => {
    const user = (): OidcUser => {
      throw new GatewayError('sign_in_refused')
    }
    const provider = oidc({ ...FACTS, ...CREDENTIALS, user })
    await expect(provider.identify(contextWith(CLAIMS))).rejects.toMatchObject({ code: 'sign_in_refused' })
  })
})
