import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { oidcCodeGrant } from '../../test/code-grant.ts'
import { failureOf } from '../../test/failure.ts'
import { json, type Respond, startServer, text } from '../../test/local-server.ts'
import { ACCESS_TOKEN, type OpenidProvider, startOpenidProvider } from '../../test/openid-provider.ts'
import { oidcProvider } from '../../test/provider-definition.ts'
import type { OidcProvider } from '../provider/provider.ts'
import { createProviderClient } from './provider-client.ts'

let provider: OpenidProvider
beforeEach(async () => {
  provider = await startOpenidProvider()
})
afterEach(() => provider.close())

async function claimsWith(respond: Respond, facts: Partial<OidcProvider> = {}) {
  provider.on('/userinfo', respond)
  const client = createProviderClient(oidcProvider(provider.issuer, facts), { fetch, now: Date.now })
  return (await client.exchange(await client.metadata(), oidcCodeGrant)).claims
}

describe('userinfo of somebody else', () => {
  it.each([
    ['another sub', { sub: 'user-2', name: 'Eve' }],
    ['a sub that differs in case', { sub: 'USER-1' }],
    ['no sub', { name: 'Eve' }],
    ['a sub that is not a string', { sub: ['user-1'] }],
  ])('fails the sign-in: %s', async (_what, userinfo) => {
    expect((await failureOf(claimsWith(json(200, userinfo)))).code).toBe('id_token_invalid')
  })
})

describe('userinfo', () => {
  it('is asked for with the token in a header, and never in the address', async () => {
    await claimsWith(json(200, { sub: 'user-1' }))
    const [request] = provider.receivedAt('/userinfo')
    expect(request?.headers.authorization).toBe(`Bearer ${ACCESS_TOKEN}`)
    expect(request?.target).toBe('/userinfo')
  })

  it('adds claims, and replaces none of the ID token', async () => {
    const claims = await claimsWith(json(200, { sub: 'user-1', name: 'Ada', iss: 'https://evil.example', aud: 'evil' }))
    expect(claims).toMatchObject({ sub: 'user-1', name: 'Ada', iss: provider.issuer, aud: 'client-1' })
  })

  it('changes no prototype', async () => {
    const claims = await claimsWith(text(200, '{"sub":"user-1","__proto__":{"isAdmin":true}}'))
    expect(Object.hasOwn(claims, '__proto__')).toBe(false)
    expect(claims).not.toHaveProperty('isAdmin')
  })

  it.each([
    ['an outage', text(503, '')],
    ['a refusal', text(401, '', { 'www-authenticate': 'Bearer error="invalid_token"' })],
    ['HTML', text(200, '<html>')],
    ['a signed answer, which was not asked for', text(200, 'eyJ.eyJ.x', { 'content-type': 'application/jwt' })],
    ['a broken connection', (response) => void response.destroy()],
    ['20 MB', text(200, 'x'.repeat(20 * 1024 * 1024))],
  ] satisfies [string, Respond][])('is done without after %s', async (_what, respond) => {
    expect(await claimsWith(respond)).toMatchObject({ sub: 'user-1', iss: provider.issuer })
  })

  it('is not followed to where it redirects with the token', async () => {
    const evil = await startServer(json(200, { sub: 'user-1' }))
    await claimsWith(text(302, '', { location: evil.origin }))
    await evil.close()
    expect(evil.received).toHaveLength(0)
  })

  it('is not asked for when the definition says so', async () => {
    await claimsWith(json(200, { sub: 'user-2' }), { userinfo: 'skip' })
    expect(provider.receivedAt('/userinfo')).toHaveLength(0)
  })
})
