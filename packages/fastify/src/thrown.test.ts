import type { Gateway } from '@postern/core'
import { settle, visitOf } from '@postern/node'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { SCRIPT, signIn } from '../test/sign-in.ts'
import { createTokenEndpoint } from '../test/token-endpoint.ts'
import postern, { requireSignIn } from './index.ts'

const CLEARED = /^__Host-postern\.session=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/
const RENEWED = /^__Host-postern\.session=[\w.~-]{40,}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/

/** An application with two guarded routes: one calls an API, the other breaks after that. */
async function serving(gateway: Gateway, prepare: (app: FastifyInstance) => void = () => undefined) {
  const app = Fastify()
  prepare(app)
  await app.register(postern, { gateway })
  app.get('/api', { onRequest: requireSignIn() }, async ({ auth }) => auth.authenticated && auth.accessToken())
  app.get('/breaks', { onRequest: requireSignIn() }, async ({ auth }) => {
    if (auth.authenticated) await auth.accessToken()
    throw new Error('the handler broke')
  })
  return app
}

describe('a session whose refresh token is dead', () => {
  it('ends with a 401, and the cookie is cleared, whoever handles the error', async () => {
    const ownHandler = (it: FastifyInstance): void => {
      it.setErrorHandler<{ statusCode: number }>((error, _request, reply) => {
        reply.code(error.statusCode).send({ mine: true })
      })
    }
    for (const prepare of [undefined, ownHandler]) {
      const { gateway, expireTokens, refuseRefresh } = createTokenEndpoint(createCastleGateway)
      const app = await serving(gateway, prepare)
      const cookie = await signIn(app)
      expireTokens()
      refuseRefresh()
      const response = await app.inject({ url: '/api', headers: { ...SCRIPT, cookie } })
      expect(response.statusCode).toBe(401)
      expect([response.headers['set-cookie']].flat()).toEqual([expect.stringMatching(CLEARED)])
      expect(response.headers['cache-control']).toContain('no-store')
    }
  })
})

describe('a session that was renewed by a handler which answers past Fastify', () => {
  it('reaches the browser when the handler settles it before it sends the head', async () => {
    const { gateway, expireTokens } = createTokenEndpoint(createCastleGateway)
    const app = await serving(gateway, (it) => {
      it.get('/raw', async (request, reply) => {
        if (request.auth.authenticated) await request.auth.accessToken()
        reply.hijack()
        settle(reply.raw, visitOf(gateway, request.raw))
        reply.raw.writeHead(200).end('raw')
      })
    })
    const cookie = await signIn(app)
    expireTokens()
    const response = await app.inject({ url: '/raw', headers: { ...SCRIPT, cookie } })
    expect([response.statusCode, response.body]).toEqual([200, 'raw'])
    expect([response.headers['set-cookie']].flat()).toEqual([expect.stringMatching(RENEWED)])
    expect(response.headers['cache-control']).toBe('private, no-store')
  })
})

describe('a session that was renewed before the handler broke', () => {
  it('reaches the browser with the error', async () => {
    const { gateway, expireTokens } = createTokenEndpoint(createCastleGateway)
    const app = await serving(gateway)
    const cookie = await signIn(app)
    expireTokens()
    const response = await app.inject({ url: '/breaks', headers: { ...SCRIPT, cookie } })
    expect(response.statusCode).toBe(500)
    expect([response.headers['set-cookie']].flat()).toEqual([expect.stringMatching(RENEWED)])
  })
})
