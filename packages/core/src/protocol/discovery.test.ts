import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authorizationRequest } from '../../test/code-grant.ts'
import { failureOf } from '../../test/failure.ts'
import { json, type LocalServer, type Respond, startServer, text, unusedOrigin } from '../../test/local-server.ts'
import { oidcProvider } from '../../test/provider-definition.ts'
import type { OidcProvider } from '../provider/provider.ts'
import { createProviderClient } from './provider-client.ts'

const WELL_KNOWN = '/.well-known/openid-configuration'
const HOUR = 60 * 60_000

let server: LocalServer
let time: number
beforeEach(async () => {
  server = await startServer()
  time = Date.now()
})
afterEach(() => server.close())

function metadata(members: Record<string, unknown> = {}): Record<string, unknown> {
  const { origin } = server
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    jwks_uri: `${origin}/jwks`,
    ...members,
  }
}

function clientOf(facts: Partial<OidcProvider> = {}, issuer = server.origin) {
  return createProviderClient(oidcProvider(issuer, facts), { fetch, now: () => time })
}

async function discover(respond: Respond, facts: Partial<OidcProvider> = {}, issuer = server.origin) {
  server.on(WELL_KNOWN, respond)
  return clientOf(facts, issuer).metadata()
}

describe('metadata that is not to be used', () => {
  it.each([
    ['names another issuer', () => ({ issuer: 'https://evil.example' })],
    ['spells the host in capitals', () => ({ issuer: server.origin.replace('http', 'HTTP') })],
    ['adds a path', () => ({ issuer: `${server.origin}/a` })],
    ['names no issuer', () => ({ issuer: undefined })],
    ['has an issuer that is not a string', () => ({ issuer: [server.origin] })],
    ['has a token endpoint on http', () => ({ token_endpoint: 'http://provider.example/token' })],
    ['has its keys on http', () => ({ jwks_uri: 'http://provider.example/jwks' })],
    ['has a userinfo endpoint on http', () => ({ userinfo_endpoint: 'http://provider.example/userinfo' })],
    ['has a fragment', () => ({ authorization_endpoint: `${server.origin}/authorize#x` })],
    ['has a script for an endpoint', () => ({ authorization_endpoint: 'javascript:alert(1)' })],
    ['has a line break in an address', () => ({ authorization_endpoint: `${server.origin}/a\r\nset-cookie:x` })],
    ['has a password in an address', () => ({ token_endpoint: server.origin.replace('//', '//a:b@') })],
    ['has an endpoint that is a number', () => ({ token_endpoint: 5 })],
    ['has no token endpoint', () => ({ token_endpoint: undefined })],
    ['has no keys', () => ({ jwks_uri: undefined })],
    ['requires a push and has no place for it', () => ({ require_pushed_authorization_requests: true })],
  ])('%s', async (_what, members) => {
    const failure = await failureOf(discover(json(200, metadata(members()))))
    expect(failure).toMatchObject({ code: 'provider_unavailable', retryAfter: 1 })
    expect(server.received.map(({ target }) => target)).toEqual([WELL_KNOWN])
  })

  it.each([
    ['HTML', text(200, '<html>')],
    ['an array', json(200, [])],
    ['nothing', text(200, '')],
    ['404', json(404, {})],
    ['100,000 levels', text(200, `${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
  ])('is no metadata at all: %s', async (_what, respond) => {
    expect((await failureOf(Promise.resolve(discover(respond)))).code).toBe('provider_unavailable')
  })

  it('quotes nothing that the provider said', async () => {
    const failure = await failureOf(discover(json(200, metadata({ issuer: 'https://canary.example' }))))
    expect(failure.message).not.toContain('canary')
  })

  it('hides behind a redirect, which is not followed: the advice names the address that must answer', async () => {
    const evil = await startServer(json(200, {}))
    const respond = text(301, '', { location: `${evil.origin}${WELL_KNOWN}/` })
    const failure = await failureOf(discover(respond))
    await evil.close()
    expect(evil.received).toHaveLength(0)
    expect(failure.advice).toContain(`${server.origin}${WELL_KNOWN}`)
    expect(failure.advice).toContain('Configure the issuer')
  })

  it.each([
    ['with', (origin: string) => origin, (origin: string) => `${origin}/`],
    ['without', (origin: string) => `${origin}/`, (origin: string) => origin],
  ])('differs in a slash: the advice says to configure the issuer %s it', async (_how, configured, actual) => {
    const respond = json(200, metadata({ issuer: actual(server.origin) }))
    const failure = await failureOf(discover(respond, {}, configured(server.origin)))
    expect(failure.advice).toContain(`It calls itself ${actual(server.origin)}`)
  })

  it('is not asked for at an issuer that is its own address already', () => {
    expect(() => clientOf({}, `${server.origin}${WELL_KNOWN}`)).toThrow('issuer must end before /.well-known/')
  })
})

describe('metadata that is used', () => {
  it('is asked for once by all who need it at the same time, and later not again', async () => {
    server.on(WELL_KNOWN, json(200, metadata()))
    const client = clientOf()
    const all = await Promise.all(Array.from({ length: 50 }, () => client.metadata()))
    expect(new Set(all).size).toBe(1)
    expect(client.metadata()).toBe(all[0])
    expect(server.received).toHaveLength(1)
  })

  it('may have null members', async () => {
    await expect(discover(json(200, metadata({ userinfo_endpoint: null })))).resolves.toBeDefined()
  })

  it('is found below an issuer with a path and a slash', async () => {
    const issuer = `${server.origin}/tenant/`
    server.on(`/tenant${WELL_KNOWN}`, json(200, metadata({ issuer })))
    expect(await clientOf({}, issuer).metadata()).toMatchObject({ issuer })
  })

  it('says whether every answer names its issuer', async () => {
    expect(await discover(json(200, metadata()))).toMatchObject({ issuerInResponse: false })
    const announced = metadata({ authorization_response_iss_parameter_supported: true })
    expect(await discover(json(200, announced))).toMatchObject({ issuerInResponse: true })
  })

  it('gives way to endpoints of the definition', async () => {
    const endpoints = { authorization: `${server.origin}/other` }
    expect(await discover(json(200, metadata()), { endpoints })).toMatchObject({
      authorizationEndpoint: `${server.origin}/other`,
    })
  })

  it('makes sign-ins push their request when it requires that', async () => {
    server.on('/par', json(201, { request_uri: 'urn:example:1', expires_in: 60 }))
    const required = metadata({
      require_pushed_authorization_requests: true,
      pushed_authorization_request_endpoint: `${server.origin}/par`,
    })
    server.on(WELL_KNOWN, json(200, required))
    const client = clientOf()
    const url = await client.authorizationUrl(await client.metadata(), authorizationRequest)
    expect(url).toContain('request_uri=')
    expect(url).not.toContain('state=')
  })

  it('is fetched anew after an hour, and serves on while that fails', async () => {
    server.on(WELL_KNOWN, json(200, metadata()))
    const client = clientOf()
    const first = await client.metadata()
    server.on(WELL_KNOWN, text(500, ''))
    time += HOUR
    expect(client.metadata()).toBe(first)
    await expect.poll(() => server.received.length).toBe(2)
    server.on(WELL_KNOWN, json(200, metadata({ authorization_endpoint: `${server.origin}/new` })))
    time += 5_000
    await expect.poll(() => client.metadata()).toMatchObject({ authorizationEndpoint: `${server.origin}/new` })
  })
})

describe('a provider that is down', () => {
  it('is asked at growing intervals of at most five seconds, and works again without a restart', async () => {
    server.on(WELL_KNOWN, text(503, ''))
    const client = clientOf()
    const pauses: (number | undefined)[] = []
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const { code, retryAfter } = await failureOf(Promise.resolve(client.metadata()))
      expect(code).toBe('provider_unavailable')
      pauses.push(retryAfter)
      // Those who come meanwhile are told at once, and the provider is left alone.
      await Promise.all(Array.from({ length: 20 }, () => failureOf(Promise.resolve(client.metadata()))))
      expect(server.received).toHaveLength(attempt + 1)
      time += (retryAfter ?? 0) * 1000
    }
    expect(pauses).toEqual([1, 2, 4, 5, 5])
    server.on(WELL_KNOWN, json(200, metadata()))
    expect(await client.metadata()).toMatchObject({ issuer: server.origin })
  })

  it('is asked again within five seconds also after the clock was set back', async () => {
    server.on(WELL_KNOWN, text(503, ''))
    const client = clientOf()
    await failureOf(Promise.resolve(client.metadata()))
    time -= HOUR
    server.on(WELL_KNOWN, json(200, metadata()))
    const found = await client.metadata()
    expect(found).toMatchObject({ issuer: server.origin })
    // What is known does not last longer either.
    time -= 24 * HOUR
    expect(client.metadata()).toBe(found)
    await expect.poll(() => server.received.length).toBe(3)
  })

  it('is unreachable when nobody listens, and says when to come back', async () => {
    const client = clientOf({}, await unusedOrigin())
    for (const retryAfter of [1, 1]) {
      const failure = await failureOf(Promise.resolve(client.metadata()))
      expect(failure).toMatchObject({ code: 'provider_unreachable', retryAfter })
      expect(failure.headers).toMatchObject({ 'retry-after': '1' })
    }
  })

  it('is too slow when it does not answer', async () => {
    const failure = await failureOf(discover(() => undefined, { timeout: 0.1 }))
    expect(failure).toMatchObject({ code: 'provider_timeout', retryAfter: 1 })
  })
})
