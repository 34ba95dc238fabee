import type { Anonymous, Auth, SignedIn, UserOf } from '@postern/core'
import Fastify, { type FastifyRequest, type FastifyTypeProviderDefault } from 'fastify'
// Beside the plugins whose declarations collide with each other's where two of them claim one name.
import '@fastify/cookie'
import '@fastify/session'
import { createGateway, defineProvider, signInAs } from '@postern/core'
import postern, { getAuth, requireSignIn } from './index.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

function expectType<T extends true>(): T | undefined {
  return undefined
}

const facts = {
  protocol: 'oauth2',
  name: 'x',
  clientId: 'x',
  clientAuthentication: { method: 'none' },
  endpoints: { authorization: 'https://x.example/authorize', token: 'https://x.example/token' },
} as const
const castle = defineProvider({ ...facts, id: 'castle', identify: async () => ({ id: '1', towers: 4 }) })
const moat = defineProvider({ ...facts, id: 'moat', identify: async () => ({ id: '1', depth: 'deep' }) })
const gateway = createGateway({ origin: 'https://app.example', secrets: [''], providers: [castle, moat] })
const staff = createGateway({ origin: 'https://app.example', secrets: [''], providers: [moat], basePath: '/staff' })

declare module '@postern/core' {
  interface Register {
    gateway: typeof gateway
  }
}

type Castle = SignedIn<'castle', UserOf<typeof castle>>
type Moat = SignedIn<'moat', UserOf<typeof moat>>

// The registered gateway names providers and users.
expectType<Equal<FastifyRequest['auth'], Anonymous | Castle | Moat>>()

export function narrowing({ auth }: FastifyRequest): unknown {
  // @ts-expect-error -- nobody may be signed in
  auth.subject
  // @ts-expect-error -- nor is there a user then
  auth.user.id
  if (!auth.authenticated) {
    expectType<Equal<typeof auth, Anonymous>>()
    // @ts-expect-error -- an anonymous visitor has no token
    return auth.accessToken()
  }
  expectType<Equal<typeof auth, Castle | Moat>>()
  expectType<Equal<typeof auth.provider, 'castle' | 'moat'>>()
  // @ts-expect-error -- only castles have towers
  auth.user.towers
  if (auth.provider === 'castle') return expectType<Equal<typeof auth.user.towers, number>>()
  return expectType<Equal<typeof auth.user.depth, string>>()
}

// Another gateway's visitors have that gateway's types.
export const ofStaff = (request: FastifyRequest): Auth<typeof moat> => {
  const auth = getAuth(request, staff)
  expectType<Equal<typeof auth, Anonymous | Moat>>()
  return auth
}

// Guards know the providers of the registered gateway, or of the one they are given.
requireSignIn()
requireSignIn({ provider: 'castle', signInWith: 'moat', scope: ['read'], maxAge: 60 })
// @ts-expect-error -- not a provider of this gateway
requireSignIn({ provider: 'tower' })
// @ts-expect-error -- not a word of requirements
requireSignIn({ provdier: 'castle' })
requireSignIn({ where: (auth) => auth.provider === 'castle' && auth.user.towers > 3 })
// @ts-expect-error -- a moat has no towers
requireSignIn({ where: (auth) => auth.user.towers > 3 })
requireSignIn({ gateway: staff, where: (auth) => auth.user.depth === 'deep' })
requireSignIn({ gateway: staff, provider: 'moat' })
// @ts-expect-error -- staff have no castle
requireSignIn({ gateway: staff, provider: 'castle' })
// @ts-expect-error -- nor any towers
requireSignIn({ gateway: staff, where: (auth) => auth.user.towers > 3 })

// Any gateway can be registered, and guards stand wherever hooks do.
const app = Fastify()
app.register(postern, { gateway })
app.register(postern, { gateway: staff, decoratorName: 'staff', failures: 'throw' })
// @ts-expect-error -- a gateway is required
app.register(postern, { decoratorName: 'auth' })
// @ts-expect-error -- one of two words
app.register(postern, { gateway, failures: 'hide' })
app.addHook('onRequest', requireSignIn())
app.get('/a', { onRequest: requireSignIn({ gateway: staff }) }, ({ auth }) => auth.authenticated)
app.get('/b', { onRequest: [requireSignIn()], config: { auth: 'required' } }, () => 'b')
app.get<{ Params: { id: string } }>('/c/:id', { onRequest: requireSignIn() }, ({ params, auth }) => {
  expectType<Equal<typeof params.id, string>>()
  return auth.provider
})
const typed = app.withTypeProvider<FastifyTypeProviderDefault>()
typed.register(postern, { gateway })
typed.get('/d', { onRequest: requireSignIn() }, ({ auth }) => auth.authenticated)
// @ts-expect-error -- auth is read, never written
typed.get('/e', (request) => (request.auth = { authenticated: false }))

// A test signs in whom it likes, of a provider that there is, and as that provider knows its users.
signInAs(gateway, { provider: 'castle', user: { id: '1', towers: 4 }, expiresIn: 60 })
// @ts-expect-error -- a moat has no towers
signInAs(gateway, { provider: 'moat', user: { id: '1', towers: 4 } })
// @ts-expect-error -- staff have no castle
signInAs(staff, { provider: 'castle', user: { id: '1', towers: 4 } })
