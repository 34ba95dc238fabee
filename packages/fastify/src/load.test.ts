import { memoryStore } from '@postern/core'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { nameOf, signIn } from '../test/sign-in.ts'
import postern, { loadAuth, requireSignIn } from './index.ts'

describe('sessions in a store', () => {
  it('are there for guards, for loadAuth and for optional routes, and an error where nobody asked', async () => {
    const app = Fastify()
    await app.register(postern, { gateway: createCastleGateway({ store: memoryStore() }) })
    app.get('/guarded', { onRequest: requireSignIn() }, (request) => nameOf(request.auth))
    app.get('/loaded', { onRequest: loadAuth() }, (request) => nameOf(request.auth))
    app.get('/optional', { config: { auth: 'optional' } }, (request) => nameOf(request.auth))
    app.get('/unasked', (request) => nameOf(request.auth))
    const headers = { cookie: await signIn(app) }
    for (const url of ['/guarded', '/loaded', '/optional']) {
      expect((await app.inject({ url, headers })).body).toBe('ann')
    }
    expect((await app.inject('/optional')).body).toBe('nobody')
    expect((await app.inject({ url: '/unasked', headers })).json()).toMatchObject({ code: 'session_not_loaded' })
  })
})
