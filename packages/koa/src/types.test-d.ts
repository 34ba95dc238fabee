import Router from '@koa/router'
import { type Anonymous, createGateway, defineProvider, type SignedIn, signInAs, type UserOf } from '@postern/core'
import Koa from 'koa'
import { loadAuth, type PosternState, postern, requireSignIn } from './index.ts'

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

// The state has exactly the providers and users of the gateway.
expectType<Equal<PosternState<typeof gateway>['auth'], Anonymous | Castle | Moat>>()
expectType<Equal<PosternState<typeof staff, 'staff'>['staff'], Anonymous | Moat>>()

const app = new Koa<PosternState<typeof gateway>>()
app.use(postern(gateway))
app.use((ctx) => {
  const { auth } = ctx.state
  expectType<Equal<typeof auth, Anonymous | Castle | Moat>>()
  // @ts-expect-error -- nobody may be signed in
  auth.subject
  if (!auth.authenticated) {
    // @ts-expect-error -- an anonymous visitor has no token
    return auth.accessToken()
  }
  // @ts-expect-error -- only castles have towers
  auth.user.towers
  if (auth.provider === 'castle') return expectType<Equal<typeof auth.user.towers, number>>()
  return expectType<Equal<typeof auth.user.depth, string>>()
})
app.use((ctx) => {
  // @ts-expect-error -- auth is read, never written
  ctx.state.auth = { authenticated: false }
})

// Without a type argument, the state comes from the middleware.
new Koa().use(postern(gateway)).use((ctx) => {
  expectType<Equal<typeof ctx.state.auth, Anonymous | Castle | Moat>>()
})

// Two gateways, two names.
const both = new Koa<PosternState<typeof gateway> & PosternState<typeof staff, 'staff'>>()
both.use(postern(gateway)).use(postern(staff, { stateName: 'staff', failures: 'throw' }))
both.use((ctx) => {
  expectType<Equal<typeof ctx.state.staff, Anonymous | Moat>>()
})
// @ts-expect-error -- one of two words
postern(gateway, { failures: 'hide' })

// Guards stand in any application and any router, and know the providers.
const router = new Router<PosternState<typeof gateway>>()
router.use(requireSignIn())
router.get('/a', requireSignIn({ provider: 'castle' }), loadAuth(), (ctx) => {
  expectType<Equal<typeof ctx.state.auth, Anonymous | Castle | Moat>>()
  expectType<Equal<(typeof ctx.params)[string], string>>()
})
app.use(router.routes())
app.use(requireSignIn({ where: (auth) => auth.provider === 'castle' && auth.user.towers > 3 }))
new Koa().use(requireSignIn({ gateway: staff, where: (auth) => auth.user.depth === 'deep' }))
// @ts-expect-error -- not a provider of this gateway
requireSignIn({ provider: 'tower' })
// @ts-expect-error -- not a word of requirements
requireSignIn({ provdier: 'castle' })
// @ts-expect-error -- a moat has no towers
requireSignIn({ where: (auth) => auth.user.towers > 3 })
// @ts-expect-error -- staff have no castle
requireSignIn({ gateway: staff, provider: 'castle' })

// A test signs in whom it likes, of a provider that there is, and as that provider knows its users.
signInAs(gateway, { provider: 'castle', user: { id: '1', towers: 4 }, expiresIn: 60 })
// @ts-expect-error -- a moat has no towers
signInAs(gateway, { provider: 'moat', user: { id: '1', towers: 4 } })
// @ts-expect-error -- staff have no castle
signInAs(staff, { provider: 'castle', user: { id: '1', towers: 4 } })
