import { describe, expect, it } from 'vitest'
import { failureOf } from '../test/failure.ts'
import { oauth2Provider } from '../test/provider-definition.ts'
import { request } from '../test/request.ts'
import { NEWEST } from '../test/secrets.ts'
import type { GatewayEvent } from './event.ts'
import { createGateway } from './gateway.ts'
import type { GatewayOptions } from './options.ts'
import { signInAs } from './sign-in-as.ts'
import { memoryStore } from './store/memory.ts'

const NOWHERE = 'http://127.0.0.1:1'
const ADA = { id: '42', name: 'Ada' }

function gatewayWith(options: Partial<Omit<GatewayOptions, 'providers'>> = {}) {
  const providers = [
    oauth2Provider(NOWHERE, { id: 'a', scope: ['read'] }),
    oauth2Provider(NOWHERE, { id: 'b', scope: [] }),
  ]
  return createGateway({ origin: 'https://app.example', secrets: [NEWEST], providers, processes: 1, ...options })
}

async function authBehind(gateway: ReturnType<typeof gatewayWith>, cookie: string) {
  const visit = gateway.visit(request({ target: '/me', headers: { cookie } }))
  await visit.load()
  return visit.auth
}

describe.each([
  ['in the cookie', () => ({})],
  ['in a store', () => ({ store: memoryStore() })],
] as const)('somebody signed in by signInAs, with sessions %s', (_where, options) => {
  it('is signed in, with the token and the scope that were given', async () => {
    const gateway = gatewayWith(options())
    const cookie = await signInAs(gateway, { provider: 'a', user: ADA, accessToken: 'token', scope: ['write'] })
    const auth = await authBehind(gateway, cookie)
    if (!auth.authenticated) throw new Error('nobody')
    expect(auth).toMatchObject({ provider: 'a', subject: '42', user: ADA, scope: ['write'] })
    expect(await auth.accessToken()).toBe('token')
  })

  it('has what the provider is asked for, and a token of their own, where nothing is said', async () => {
    const gateway = gatewayWith(options())
    const tokens = new Set<string>()
    for (let time = 0; time < 2; time += 1) {
      const auth = await authBehind(gateway, await signInAs(gateway, { provider: 'a', user: ADA }))
      if (!auth.authenticated) throw new Error('nobody')
      expect(auth.scope).toEqual(['read'])
      tokens.add(await auth.accessToken())
    }
    expect(tokens.size).toBe(2)
  })

  it('is let in by the guards, and turned away by those that ask for more', async () => {
    const gateway = gatewayWith(options())
    const headers = { cookie: await signInAs(gateway, { provider: 'b', user: ADA }) }
    const guarded = (requirement: Parameters<ReturnType<typeof gateway.visit>['guard']>[0]) =>
      gateway.visit(request({ target: '/me', headers })).guard(requirement)
    expect(await guarded({})).toEqual({ type: 'next' })
    expect(await guarded({ provider: 'a' })).toMatchObject({ type: 'reply' })
    expect(await guarded({ scope: ['read'] })).toMatchObject({ type: 'reply' })
  })

  it('has a session that ends with its token', async () => {
    let time = Date.UTC(2026, 0, 1)
    const gateway = gatewayWith({ ...options(), now: () => time })
    const cookie = await signInAs(gateway, { provider: 'a', user: ADA, expiresIn: 60 })
    expect((await authBehind(gateway, cookie)).authenticated).toBe(true)
    time += 60_000
    expect((await authBehind(gateway, cookie)).authenticated).toBe(false)
  })

  it('shows in the events, as anybody does', async () => {
    const events: GatewayEvent[] = []
    const gateway = gatewayWith({ ...options(), onEvent: (event) => events.push(event) })
    await signInAs(gateway, { provider: 'a', user: ADA, accessToken: 'canary' })
    expect(events).toMatchObject([{ type: 'signed_in', provider: 'a', subject: '42' }])
    expect(JSON.stringify(events)).not.toContain('canary')
  })
})

describe('signInAs', () => {
  it('asks the application first', async () => {
    const gateway = gatewayWith({ onSignIn: ({ subject }) => (subject === '42' ? 'refuse' : 'allow') })
    expect(await failureOf(signInAs(gateway, { provider: 'a', user: ADA }))).toMatchObject({ code: 'sign_in_refused' })
    await expect(signInAs(gateway, { provider: 'a', user: { id: '43' } })).resolves.toContain('=')
  })

  it('keeps to the limit of sessions', async () => {
    const gateway = gatewayWith({ store: memoryStore(), session: { limit: { perUser: 1, beyond: 'end-oldest' } } })
    const first = await signInAs(gateway, { provider: 'a', user: ADA })
    const second = await signInAs(gateway, { provider: 'a', user: ADA })
    expect((await authBehind(gateway, first)).authenticated).toBe(false)
    expect((await authBehind(gateway, second)).authenticated).toBe(true)
  })

  it('knows the providers of its own gateway only, users who have an id, and no copy of a gateway', async () => {
    const gateway = gatewayWith()
    const codeOf = async (promise: Promise<unknown>): Promise<string> => (await failureOf(promise)).code
    expect(await codeOf(signInAs(gateway, { provider: 'c', user: ADA }))).toBe('provider_unknown')
    for (const id of ['', 'a\nb', undefined]) {
      const user = { id } as unknown as { readonly id: string }
      expect(await codeOf(signInAs(gateway, { provider: 'a', user }))).toBe('profile_invalid')
    }
    expect(await codeOf(signInAs({ ...gateway }, { provider: 'a', user: ADA }))).toBe('config_invalid')
  })
})
