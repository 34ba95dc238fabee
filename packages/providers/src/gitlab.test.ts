import { providerContract } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { gitlab } from './gitlab.ts'

const CREDENTIALS = { clientId: 'an-application-id', clientSecret: 'a-client-secret' }

const CLAIMS = {
  sub: '4711',
  name: 'Ada Lovelace',
  nickname: 'ada',
  preferred_username: 'ada',
  profile: 'https://gitlab.com/ada',
  picture: 'https://gitlab.com/uploads/-/system/user/avatar/4711/avatar.png',
}

const USER = {
  id: '4711',
  name: 'Ada Lovelace',
  username: 'ada',
  picture: 'https://gitlab.com/uploads/-/system/user/avatar/4711/avatar.png',
  url: 'https://gitlab.com/ada',
}

describe('the provider contract', () => {
  for (const { name, run } of providerContract({ id: 'gitlab', define: gitlab, sample: CLAIMS, user: USER })) {
    it(name, run)
  }
})

describe('the GitLab preset', () => {
  it('uses GitLab.com, whose refresh tokens rotate', () => {
    expect(gitlab(CREDENTIALS)).toMatchObject({
      issuer: 'https://gitlab.com',
      scope: ['openid', 'profile'],
      apiOrigins: ['https://gitlab.com'],
      capabilities: { refresh: true, rotation: true, revocation: true, endSession: false },
      authTimeOnRefresh: 'latest',
    })
  })

  it('uses an instance of your own, under a path too, whatever slashes its address ends in', () => {
    expect(gitlab({ ...CREDENTIALS, baseUrl: 'https://example.com/gitlab/' })).toMatchObject({
      issuer: 'https://example.com/gitlab',
      apiOrigins: ['https://example.com'],
      manageAccessUrl: 'https://example.com/gitlab/-/user_settings/applications',
    })
  })

  it('refuses an instance over plain http, and names what is wrong', () => {
    expect(() => gitlab({ ...CREDENTIALS, baseUrl: 'http://gitlab.example.com' })).toThrow(/issuer must be https/)
  })

  it('refuses an address that is none', () => {
    expect(() => gitlab({ ...CREDENTIALS, baseUrl: 'gitlab.example.com' })).toThrow(/issuer must be an absolute/)
  })
})
