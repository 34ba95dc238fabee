import { memoryStore } from '@postern/core'
import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { NAVIGATION, nameOf, SCRIPT, visit } from '../test/visitor.ts'
import { loadAuth, postern, requireSignIn } from './index.ts'

describe('requireSignIn', () => {
  it('lets nobody pass above the gateway, without one, or with another one', async () => {
    const other = { gateway: createCastleGateway({ basePath: '/other' }) }
    for (const guard of [requireSignIn(), loadAuth(), requireSignIn(other)]) {
      for (const isMountedAfterwards of [true, false]) {
        const errors: unknown[] = []
        const app = new Koa()
        app.on('error', (error) => errors.push(error.code))
        app.use(guard)
        if (isMountedAfterwards) app.use(postern(createCastleGateway()))
        app.use((ctx) => {
          ctx.body = 'secret'
        })
        await visit(app, async ({ get }) => expect((await get('/', NAVIGATION)).status).toBe(500))
        expect(errors).toEqual(['gateway_not_mounted'])
      }
    }
  })

  it('lets nobody pass where it was not called, or asks for a provider the gateway does not have', async () => {
    const uncalled = [requireSignIn, loadAuth] as unknown as Koa.Middleware[]
    // @ts-expect-error -- what a JavaScript user may write
    const misspelt = requireSignIn({ provider: 'catsle' })
    for (const guard of [...uncalled, misspelt]) {
      const errors: string[] = []
      const app = new Koa()
      app.on('error', ({ code }) => errors.push(code))
      app.use(postern(createCastleGateway()))
      app.use(guard)
      app.use((ctx) => {
        ctx.body = 'secret'
      })
      await visit(app, async ({ get }) => expect((await get('/', NAVIGATION)).status).toBe(500))
      expect(errors).toEqual(['config_invalid'])
    }
  })

  it('asks which gateway, where there are two', async () => {
    const users = createCastleGateway()
    const staff = createCastleGateway({ basePath: '/staff', cookiePrefix: 'staff' })
    const app = new Koa()
    app.silent = true
    app.use(postern(users)).use(postern(staff, { stateName: 'staff' }))
    const guards: Readonly<Record<string, ReturnType<typeof requireSignIn>>> = {
      '/unclear': requireSignIn(),
      '/users': requireSignIn({ gateway: users }),
      '/staff-only': requireSignIn({ gateway: staff, provider: 'castle' }),
    }
    app.use((ctx, next) => guards[ctx.path]?.(ctx, next))
    app.use((ctx) => {
      ctx.body = 'secret'
    })
    await visit(app, async ({ get, signIn }) => {
      const headers = { ...SCRIPT, cookie: await signIn('/staff') }
      expect((await get('/unclear', headers)).status).toBe(500)
      expect((await get('/users', headers)).status).toBe(401)
      expect(await (await get('/staff-only', headers)).text()).toBe('secret')
    })
  })

  it('says so when somebody has forgotten to call it', async () => {
    for (const uncalled of [requireSignIn, loadAuth]) {
      const errors: unknown[] = []
      const app = new Koa()
      app.on('error', (error) => errors.push(error.message))
      app.use(postern(createCastleGateway()))
      // @ts-expect-error -- what a JavaScript user may write
      app.use(uncalled)
      app.use((ctx) => {
        ctx.body = 'secret'
      })
      await visit(app, async ({ get }) => expect((await get('/', NAVIGATION)).status).toBe(500))
      expect(errors).toEqual([expect.stringContaining(`as in ${uncalled.name}().`)])
    }
  })

  it('refuses a requirement that asks for nothing it knows', () => {
    // @ts-expect-error -- what a JavaScript user may write
    expect(() => requireSignIn({ provder: 'castle' })).toThrow('provder is not part of one')
    // @ts-expect-error -- the gateway knows its providers
    expect(() => requireSignIn({ gateway: createCastleGateway(), provider: 'anilst' })).toThrow('configured provider')
  })
})

describe('sessions in a store', () => {
  it('are there for guards and for loadAuth, and an error where nobody asked', async () => {
    const errors: unknown[] = []
    const app = new Koa()
    app.on('error', (error) => errors.push(error.code))
    app.use(postern(createCastleGateway({ store: memoryStore() })))
    const guards: Readonly<Record<string, ReturnType<typeof requireSignIn>>> = {
      '/guarded': requireSignIn(),
      '/loaded': loadAuth(),
    }
    app.use((ctx, next) => guards[ctx.path]?.(ctx, next) ?? next())
    app.use((ctx) => {
      ctx.body = nameOf(ctx.state.auth)
    })
    await visit(app, async ({ get, signIn }) => {
      const cookie = await signIn()
      for (const path of ['/guarded', '/loaded']) expect(await (await get(path, { cookie })).text()).toBe('ann')
      expect(await (await get('/loaded')).text()).toBe('nobody')
      expect((await get('/unasked', { cookie })).status).toBe(500)
    })
    expect(errors).toEqual(['session_not_loaded'])
  })
})
