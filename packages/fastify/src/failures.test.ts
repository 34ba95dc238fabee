import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { NAVIGATION, SCRIPT, startSignIn } from '../test/sign-in.ts'
import postern, { requireSignIn } from './index.ts'

async function throwing(prepare: (app: FastifyInstance) => void = () => undefined): Promise<FastifyInstance> {
  const app = Fastify()
  prepare(app)
  await app.register(postern, { gateway: createCastleGateway(), failures: 'throw' })
  app.get('/guarded', { onRequest: requireSignIn() }, () => 'secret')
  return app
}

describe("failures: 'throw'", () => {
  it('hands the failure to the error handler of the application', async () => {
    const app = await throwing((it) =>
      it.setErrorHandler<GatewayErrorLike>((error, _request, reply) =>
        reply.code(error.statusCode).send({ mine: error.code, shown: error.expose }),
      ),
    )
    const callback = await app.inject({ url: '/auth/callback/castle?code=a&state=b', headers: NAVIGATION })
    expect([callback.statusCode, callback.json()]).toEqual([400, { mine: 'transaction_missing', shown: true }])
    const guarded = await app.inject({ url: '/guarded', headers: SCRIPT })
    expect([guarded.statusCode, guarded.json()]).toEqual([401, { mine: 'sign_in_required', shown: true }])
    expect(guarded.headers['www-authenticate']).toBe('Cookie')
    expect(guarded.headers['cache-control']).toBe('no-store')
  })

  it('still forgets the sign-in that has failed', async () => {
    for (const app of [await throwing(), await throwing((it) => it.setErrorHandler(async () => ({ mine: true })))]) {
      const { url, cookie } = await startSignIn(app)
      const denied = url.replace('code=ann', 'error=access_denied')
      const response = await app.inject({ url: denied, headers: { ...NAVIGATION, cookie } })
      const [line, ...more] = [response.headers['set-cookie'] ?? []].flat()
      expect(line).toMatch(/^__Host-postern\.tx\.[^=]+=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
      expect(more).toEqual([])
      // The address that is answered holds a code and a state.
      expect(response.headers['referrer-policy']).toBe('no-referrer')
    }
  })

  it('answers in the words of Fastify where the application has no handler', async () => {
    const app = await throwing()
    const response = await app.inject({ method: 'PUT', url: '/auth/session' })
    expect(response.json()).toMatchObject({ statusCode: 405, code: 'method_not_allowed' })
    expect(response.headers.allow).toBe('GET')
  })

  it('leaves what is no failure to the gateway', async () => {
    const app = await throwing()
    expect((await app.inject({ url: '/guarded', headers: NAVIGATION })).statusCode).toBe(303)
    expect((await app.inject({ url: '/auth/session', headers: NAVIGATION })).statusCode).toBe(200)
  })
})

interface GatewayErrorLike {
  readonly code: string
  readonly statusCode: number
  readonly expose: boolean
}
