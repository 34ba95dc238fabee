import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../../test/failure.ts'
import { json, type LocalServer, type Respond, startServer, text } from '../../test/local-server.ts'
import { oauth2Provider } from '../../test/provider-definition.ts'
import type { OAuth2Provider } from '../provider/provider.ts'
import { createProviderClient } from './provider-client.ts'

let server: LocalServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

async function revoke(respond: Respond, facts: Partial<OAuth2Provider> = {}): Promise<void> {
  server.on('/revoke', respond)
  const client = createProviderClient(oauth2Provider(server.origin, { timeout: 0.3, ...facts }), {
    fetch,
    now: Date.now,
  })
  await client.revoke(await client.metadata(), 'refresh-1', 'refresh_token')
}

describe('a revocation', () => {
  it('names the token, what it is, and who asks', async () => {
    await revoke(text(200, ''))
    expect(Object.fromEntries(new URLSearchParams(server.received[0]?.body))).toEqual({
      token: 'refresh-1',
      token_type_hint: 'refresh_token',
      client_id: 'client-1',
      client_secret: 'canary-client-secret',
    })
  })

  it.each([
    ['200', text(200, '')],
    ['204', text(204, '')],
    ['202', json(202, {})],
    ['200 and HTML', text(200, '<html>')],
    ['a refusal to repeat in vain', json(400, { error: 'unsupported_token_type' })],
    ['a refusal of the client', json(401, { error: 'invalid_client' })],
    ['404', text(404, '<html>')],
    ['a redirect', text(302, '', { location: 'http://127.0.0.1:1/' })],
  ])('is done with after %s', async (_what, respond) => {
    await expect(revoke(respond)).resolves.toBeUndefined()
    expect(server.received).toHaveLength(1)
  })

  it.each([
    ['503', text(503, '', { 'retry-after': '7' }), 'provider_unavailable'],
    ['429', text(429, ''), 'provider_unavailable'],
    ['a broken connection', (response) => void response.destroy(), 'provider_unreachable'],
    ['no answer', () => undefined, 'provider_timeout'],
  ] satisfies [string, Respond, string][])('is worth repeating after %s', async (_what, respond, code) => {
    expect((await failureOf(revoke(respond))).code).toBe(code)
  })

  it('is not tried where there is no place for it', async () => {
    const { authorization, token } = oauth2Provider(server.origin).endpoints
    await revoke(text(200, ''), { endpoints: { authorization, token } })
    expect(server.received).toHaveLength(0)
  })
})
