import { createGateway, defineProvider, memoryStore } from '@postern/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ADAPTERS, startApp } from '../apps.ts'
import { signInAt } from '../sign-in.ts'
import { ORIGIN, SECRET } from '../stage.ts'

const HOUR = 3_600_000
const USERS = Array.from({ length: 50 }, (_, index) => `user-${index}`)

describe.each(ADAPTERS)('on %s, a hundred users whose tokens end at the same moment', (adapter) => {
  it.each([
    ['sealed sessions', undefined],
    ['stored sessions', memoryStore],
  ])('each get a token of their own, whoever else asks: %s (CVE-2025-67490, CVE-2024-51987)', async (_, openStore) => {
    let time = Date.now()
    const now = () => time
    const renewals: string[] = []
    const gateway = createGateway({
      origin: ORIGIN,
      secrets: [SECRET],
      processes: 1,
      now,
      fetch: tokenEndpoints(renewals),
      ...(openStore === undefined ? {} : { store: openStore({ now }) }),
      providers: [provider('castle'), provider('moat')],
    })
    const app = await startApp(adapter, gateway)
    onTestFinished(() => app.close())
    // Two for every name: the same name at another provider is somebody else, with a refresh token that reads the same.
    const people = USERS.flatMap((name) => ['castle', 'moat'].map((at) => ({ name, at })))
    const visitors = await Promise.all(
      people.map(async (person) => ({ ...person, cookie: await signInAt(gateway, person.at, person.name) })),
    )
    time += 2 * HOUR
    const answers = await Promise.all(
      visitors.flatMap(({ name, at, cookie }) =>
        [1, 2, 3].map(async () => {
          const response = await fetch(`${app.address}/token`, { headers: { cookie } })
          return { whose: `${at}.${name}`, status: response.status, said: await response.json() }
        }),
      ),
    )
    for (const { whose, status, said } of answers) {
      expect({ whose, status, said }).toEqual({ whose, status: 200, said: { digest: await digestOf(`${whose}.2`) } })
    }
    expect(renewals.toSorted()).toEqual(people.map(({ name, at }) => `${at}.${name}`).toSorted())
  })
})

/** A provider that exists in this process only: a code is the name of whom it signs in. */
function provider(id: string) {
  return defineProvider({
    id,
    protocol: 'oauth2',
    name: id,
    clientId: 'many-users',
    clientAuthentication: { method: 'client_secret_post', clientSecret: 'kept in this process' },
    endpoints: { authorization: `https://${id}.example/authorize`, token: `https://${id}.example/token` },
    capabilities: { refresh: true, rotation: true },
    identify: async ({ accessToken }) => ({ id: accessToken.split('.')[1] ?? '' }),
  })
}

/** The token endpoints of both. They answer in another order than they are asked in. */
function tokenEndpoints(renewals: string[]): typeof fetch {
  return async (input, init) => {
    const at = new URL(String(input)).hostname.split('.')[0]
    const form = new URLSearchParams(String(init?.body))
    const name = form.get('code') ?? form.get('refresh_token') ?? ''
    if (form.has('refresh_token')) renewals.push(`${at}.${name}`)
    await new Promise((resolve) => setTimeout(resolve, (Number(name.slice('user-'.length)) * 7) % 20))
    return Response.json({
      access_token: `${at}.${name}.${form.has('code') ? 1 : 2}`,
      refresh_token: name,
      token_type: 'bearer',
      expires_in: 3_600,
    })
  }
}

async function digestOf(token: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(token))).toString('base64url')
}
