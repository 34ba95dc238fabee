import type { Gateway } from '@postern/core'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { scope, signIn } from '../test/sign-in.ts'
import postern from './index.ts'

async function mounted(gateway: Gateway = createCastleGateway()): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(postern, { gateway })
  return app
}

describe('route config', () => {
  it('guards routes declared after the plugin, before it, and in scopes loaded before it', async () => {
    const app = Fastify()
    app.get('/earlier', { config: { auth: 'required' } }, () => 'secret')
    await app.register(scope((it) => it.get('/scoped', { config: { auth: 'required' } }, () => 'secret')))
    app.register(postern, { gateway: createCastleGateway() })
    app.get('/meanwhile', { config: { auth: { provider: 'castle' } } }, () => 'secret')
    await app.after()
    app.get('/later', { config: { auth: { where: () => true } } }, () => 'secret')
    app.get('/open', () => 'open')
    await app.ready()
    const headers = { cookie: await signIn(app) }
    for (const url of ['/earlier', '/scoped', '/meanwhile', '/later']) {
      expect([url, (await app.inject(url)).statusCode]).toEqual([url, 401])
      expect((await app.inject({ url, headers })).body).toBe('secret')
    }
    expect((await app.inject('/open')).body).toBe('open')
  })

  it('costs routes without it nothing, where the plugin is registered first', async () => {
    const app = await mounted()
    app.get('/plain', () => 'plain')
    await app.ready()
    expect(app.printRoutes({ includeHooks: true })).not.toContain('guardEarlierRoutes')
  })

  it('is refused as the route is declared when it is not a requirement', async () => {
    const app = await mounted()
    const wrong = [true, false, null, undefined, 'requierd', 'none', {}, [], { provder: 'castle' }, { provider: 'x' }]
    for (const auth of wrong.filter((value) => JSON.stringify(value) !== '{}')) {
      expect(() => app.get('/wrong', { config: Object.fromEntries([['auth', auth]]) }, () => 'open')).toThrow(
        'A requirement was refused',
      )
    }
  })

  it('that is wrong on an earlier route denies', async () => {
    const app = Fastify()
    app.get('/earlier', { config: { auth: 'requierd' } }, () => 'secret')
    await app.register(postern, { gateway: createCastleGateway() })
    expect((await app.inject('/earlier')).json()).toMatchObject({ statusCode: 500, code: 'config_invalid' })
  })
})
