import { providerContract } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { myanimelist } from './myanimelist.ts'

const CREDENTIALS = { clientId: '0123456789abcdef0123456789abcdef', clientSecret: 'a-client-secret' }

const SAMPLE = {
  id: 1234,
  name: 'ada',
  location: '',
  joined_at: '2019-01-01T00:00:00+00:00',
  picture: 'https://cdn.myanimelist.net/images/userimages/1234.jpg',
}
const USER = { id: '1234', name: 'ada', picture: 'https://cdn.myanimelist.net/images/userimages/1234.jpg' }

describe('the provider contract', () => {
  for (const { name, run } of providerContract({
    id: 'myanimelist',
    define: myanimelist,
    sample: SAMPLE,
    user: USER,
  })) {
    it(name, run)
  }
})

describe('the MyAnimeList preset', () => {
  it('sends the code challenge in the one form it takes', () => {
    expect(myanimelist(CREDENTIALS)).toMatchObject({
      codeChallengeMethod: 'plain',
      endpoints: {
        authorization: 'https://myanimelist.net/v1/oauth2/authorize',
        token: 'https://myanimelist.net/v1/oauth2/token',
        userinfo: 'https://api.myanimelist.net/v2/users/@me',
      },
      apiOrigins: ['https://api.myanimelist.net'],
      scope: [],
    })
  })

  it('takes an application without a secret, when told so', () => {
    const { clientAuthentication } = myanimelist({ clientId: 'id', clientAuthentication: { method: 'none' } })
    expect(clientAuthentication).toEqual({ method: 'none' })
  })
})
