import { providerContract } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { google } from './google.ts'

const CREDENTIALS = { clientId: '1234.apps.googleusercontent.com', clientSecret: 'a-client-secret' }

/** From Google's documentation of ID tokens. */
const CLAIMS = {
  sub: '10769150350006150715113082367',
  name: 'Ada Lovelace',
  picture: 'https://lh3.googleusercontent.com/a/ada',
  email: 'ada@example.com',
  email_verified: true,
  hd: 'example.com',
}

const USER = {
  id: '10769150350006150715113082367',
  name: 'Ada Lovelace',
  picture: 'https://lh3.googleusercontent.com/a/ada',
  email: 'ada@example.com',
  emailVerified: true,
  hostedDomain: 'example.com',
}

function contextWith(claims: Readonly<Record<string, unknown>>) {
  const fetch = () => Promise.reject(new Error('nothing is asked: the claims say it all'))
  return { accessToken: 'a', origin: 'https://app.example', claims, fetch }
}

describe('the provider contract', () => {
  for (const { name, run } of providerContract({ id: 'google', define: google, sample: CLAIMS, user: USER })) {
    it(name, run)
  }
})

describe('the Google preset', () => {
  it.each([
    ['another organisation', { ...CLAIMS, hd: 'evil.example' }],
    ['a personal account with an address of the organisation', { ...CLAIMS, hd: undefined }],
    ['an organisation that only ends the same', { ...CLAIMS, hd: 'notexample.com' }],
  ])('refuses %s when one is required', async (_, claims) => {
    const provider = google({ ...CREDENTIALS, hostedDomain: 'example.com' })
    await expect(provider.identify(contextWith(claims))).rejects.toMatchObject({ code: 'sign_in_refused' })
  })

  it('lets the required organisation in, and asks Google to offer no other', async () => {
    const provider = google({ ...CREDENTIALS, hostedDomain: 'example.com' })
    expect(await provider.identify(contextWith(CLAIMS))).toEqual(USER)
    expect(provider.authorizationParameters).toEqual({ hd: 'example.com' })
  })

  it('asks for a refresh token, and for the consent it needs, only when told to', () => {
    expect(google(CREDENTIALS)).toMatchObject({ authorizationParameters: {}, capabilities: { refresh: false } })
    expect(google({ ...CREDENTIALS, access: 'offline' })).toMatchObject({
      authorizationParameters: { access_type: 'offline', prompt: 'consent' },
      capabilities: { refresh: true },
    })
  })

  it('sends tokens to the APIs it is told, and to no other', () => {
    expect(google(CREDENTIALS).apiOrigins).toEqual([])
    const apiOrigins = ['https://www.googleapis.com']
    expect(google({ ...CREDENTIALS, apiOrigins }).apiOrigins).toEqual(apiOrigins)
  })

  it('expects the modern issuer', () => {
    expect(google(CREDENTIALS)).toMatchObject({
      issuer: 'https://accounts.google.com',
      scope: ['openid', 'profile'],
      idTokenSignedResponseAlg: 'RS256',
    })
  })
})
