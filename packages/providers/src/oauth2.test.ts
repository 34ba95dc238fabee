import { insecureLoopback } from '@postern/core'
import { type ContractCredentials, providerContract } from '@postern/testing'
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { contextOf, type ScriptedApi, startApi } from '../test/scripted-api.ts'
import { text } from './checked-value.ts'
import { oauth2 } from './oauth2.ts'

const FACTS = {
  id: 'forge',
  endpoints: {
    authorization: 'https://forge.example/oauth/authorize',
    token: 'https://forge.example/oauth/token',
    userinfo: 'https://forge.example/api/me',
  },
} as const
const CREDENTIALS = { clientId: 'app', clientSecret: 'a-client-secret' }

function userFrom({ uid, nick }: Readonly<Record<string, unknown>>) {
  return { id: typeof uid === 'number' && uid >= 1 && Number.isSafeInteger(uid) ? String(uid) : '', nick: text(nick) }
}

const define = (credentials: ContractCredentials) => oauth2({ ...FACTS, ...credentials, user: userFrom })

describe('the provider contract', () => {
  const preset = { id: 'forge', define, sample: { uid: 7, nick: 'ada' }, user: { id: '7', nick: 'ada' } } as const
  for (const { name, run } of providerContract(preset)) it(name, run)
})

describe('any OAuth 2.0 provider', () => {
  let api: ScriptedApi
  beforeAll(async () => {
    api = await startApi()
  })
  afterAll(() => api.close())

  const provider = () =>
    oauth2({
      ...FACTS,
      ...CREDENTIALS,
      loopback: insecureLoopback,
      endpoints: { ...FACTS.endpoints, userinfo: `${api.address}me` },
      apiHeaders: (origin) => ({ 'x-asked-by': origin }),
      advise: ({ step, status }) => (step === 'profile' && status === 404 ? 'Check endpoints.userinfo.' : undefined),
      user: ({ uid }) => ({ id: String(Object(uid).value), level: 3 }),
    })

  it('asks the API who signed in, with its headers, and makes the user as it is told', async () => {
    api.answerWith({ status: 200, body: { uid: { value: 7 } } })
    const signedIn = provider()
    expectTypeOf(signedIn.identify).returns.resolves.toEqualTypeOf<{ id: string; level: number }>()
    expect(await signedIn.identify(contextOf('token'))).toEqual({ id: '7', level: 3 })
    expect(api.requests.at(-1)).toMatchObject({
      method: 'GET',
      url: '/me',
      headers: { authorization: 'Bearer token', accept: 'application/json', 'x-asked-by': 'https://app.example' },
    })
  })

  it('gives the advice of its definition', async () => {
    api.answerWith({ status: 404, body: {} })
    const failure = { code: 'provider_response_invalid', advice: 'Check endpoints.userinfo.' }
    await expect(provider().identify(contextOf('token'))).rejects.toMatchObject(failure)
  })

  it('is named by its id, and completed like every provider', () => {
    expect(define(CREDENTIALS)).toMatchObject({ name: 'forge', issuer: undefined, scope: [], timeout: 10 })
  })
})
