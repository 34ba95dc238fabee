import { GatewayError } from '@postern/core'
import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { NAVIGATION, SCRIPT, visit } from '../test/visitor.ts'
import { postern, requireSignIn } from './index.ts'

const FORGOTTEN = /^__Host-postern\.tx\.[^=]+=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/

function throwing(...above: readonly Koa.Middleware[]): { readonly app: Koa; readonly errors: readonly unknown[] } {
  const errors: unknown[] = []
  const app = new Koa()
  app.on('error', (error) => errors.push(error))
  for (const middleware of above) app.use(middleware)
  app.use(postern(createCastleGateway(), { failures: 'throw' }))
  app.use(requireSignIn())
  return { app, errors }
}

describe("failures: 'throw'", () => {
  it("forgets the failed sign-in through Koa's own error handler, which removes every header", async () => {
    const { app, errors } = throwing()
    await visit(app, async ({ get, startSignIn }) => {
      const { path, cookie } = await startSignIn()
      const denied = await get(path.replace('code=ann', 'error=access_denied'), { ...NAVIGATION, cookie })
      expect([denied.status, denied.headers.get('cache-control')]).toEqual([403, 'no-store'])
      expect(denied.headers.getSetCookie()).toEqual([expect.stringMatching(FORGOTTEN)])
      const [error] = errors
      expect(error).toBeInstanceOf(GatewayError)
      expect(error).toMatchObject({ code: 'sign_in_denied', status: 403, expose: true, provider: 'castle' })
    })
  })

  it('forgets it through an error handler of the application, with and without the headers of the error', async () => {
    for (const takesHeaders of [true, false]) {
      const { app } = throwing(async (ctx, next) => {
        try {
          await next()
        } catch (error) {
          if (!(error instanceof GatewayError)) throw error
          ctx.status = error.status
          ctx.body = { mine: error.code }
          if (takesHeaders) ctx.set({ ...error.headers })
        }
      })
      await visit(app, async ({ get, startSignIn }) => {
        const { path, cookie } = await startSignIn()
        const denied = await get(path.replace('code=ann', 'error=access_denied'), { ...NAVIGATION, cookie })
        expect(await denied.json()).toEqual({ mine: 'sign_in_denied' })
        expect(denied.headers.getSetCookie()).toEqual([expect.stringMatching(FORGOTTEN)])
        // The address that is answered holds a code and a state.
        expect(denied.headers.get('referrer-policy')).toBe('no-referrer')
      })
    }
  })

  it('throws what a guard denies, and the answer keeps its challenge', async () => {
    const { app, errors } = throwing()
    await visit(app, async ({ get }) => {
      const denied = await get('/', SCRIPT)
      expect([denied.status, denied.headers.get('www-authenticate')]).toEqual([401, 'Cookie'])
      expect(errors).toEqual([expect.objectContaining({ code: 'sign_in_required' })])
    })
  })

  it('leaves what is no failure to the gateway', async () => {
    const { app, errors } = throwing()
    await visit(app, async ({ get }) => {
      expect((await get('/', NAVIGATION)).status).toBe(303)
      expect(await (await get('/auth/session')).json()).toEqual({ authenticated: false })
      expect(errors).toEqual([])
    })
  })
})
