import { inspect } from 'node:util'
import type { Gateway } from '@postern/core'
import { settle, visitOf } from '@postern/node'
import Koa, { type Middleware } from 'koa'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { createTokenEndpoint } from '../test/token-endpoint.ts'
import { SCRIPT, visit } from '../test/visitor.ts'
import { postern, requireSignIn } from './index.ts'

const CLEARED = /^__Host-postern\.session=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/
const RENEWED = /^__Host-postern\.session=[\w.~-]{40,}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/

/** An application whose only route is `handler`, behind a guard. */
function serving(gateway: Gateway, handler: Middleware, ...above: readonly Middleware[]) {
  const errors: unknown[] = []
  const app = new Koa()
  app.on('error', (error) => errors.push(error))
  for (const middleware of above) app.use(middleware)
  app.use(postern(gateway)).use(requireSignIn()).use(handler)
  return { app, errors }
}

const callApi: Middleware = async (ctx) => {
  ctx.set('x-lost', 'with all headers')
  ctx.body = await ctx.state.auth.accessToken()
}

/** Renews the session, and throws. */
function breaking(error: unknown): Middleware {
  return async (ctx) => {
    await ctx.state.auth.accessToken()
    throw error
  }
}

describe('a session whose refresh token is dead', () => {
  it('ends with a 401, and the cookie is cleared though Koa removes every header', async () => {
    const { gateway, expireTokens, refuseRefresh } = createTokenEndpoint(createCastleGateway)
    const { app } = serving(gateway, callApi)
    await visit(app, async ({ get, signIn }) => {
      const cookie = await signIn()
      expireTokens()
      refuseRefresh()
      const response = await get('/', { ...SCRIPT, cookie })
      expect([response.status, response.headers.get('x-lost')]).toEqual([401, null])
      expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(CLEARED)])
      expect(response.headers.get('cache-control')).toBe('private, no-store')
    })
  })

  it('has its cookie cleared by an application that handles errors itself, with and without their headers', async () => {
    for (const takesHeaders of [true, false]) {
      const { gateway, expireTokens, refuseRefresh } = createTokenEndpoint(createCastleGateway)
      const { app } = serving(gateway, callApi, async (ctx, next) => {
        try {
          await next()
        } catch (error) {
          ctx.status = Reflect.get(Object(error), 'status')
          ctx.body = { mine: true }
          if (takesHeaders) ctx.set({ ...Reflect.get(Object(error), 'headers') })
        }
      })
      await visit(app, async ({ get, signIn }) => {
        const cookie = await signIn()
        expireTokens()
        refuseRefresh()
        const response = await get('/', { ...SCRIPT, cookie })
        expect([response.status, await response.json()]).toEqual([401, { mine: true }])
        expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(CLEARED)])
      })
    }
  })
})

describe('a session that was renewed by a handler which answers past Koa', () => {
  it('reaches the browser when the handler settles it before it sends the head', async () => {
    const { gateway, expireTokens } = createTokenEndpoint(createCastleGateway)
    const { app } = serving(gateway, async (ctx) => {
      await ctx.state.auth.accessToken()
      ctx.respond = false
      settle(ctx.res, visitOf(gateway, ctx.req))
      ctx.res.writeHead(200).end('raw')
    })
    await visit(app, async ({ get, signIn }) => {
      const cookie = await signIn()
      expireTokens()
      const response = await get('/', { ...SCRIPT, cookie })
      expect([response.status, await response.text()]).toEqual([200, 'raw'])
      expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(RENEWED)])
      expect(response.headers.get('cache-control')).toBe('private, no-store')
    })
  })
})

describe('a session that was renewed before the handler broke', () => {
  it('reaches the browser with the error, which stays the same error and shows no cookie to a logger', async () => {
    const { gateway, expireTokens } = createTokenEndpoint(createCastleGateway)
    const error = new Error('the handler broke')
    const { app, errors } = serving(gateway, breaking(error))
    await visit(app, async ({ get, signIn }) => {
      const cookie = await signIn()
      expireTokens()
      const response = await get('/', { ...SCRIPT, cookie })
      expect(response.status).toBe(500)
      expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(RENEWED)])
      expect(errors[0]).toBe(error)
      expect(inspect(error)).not.toContain('postern.session')
    })
  })

  it('comes beside what the error itself wants to set', async () => {
    const { gateway, expireTokens } = createTokenEndpoint(createCastleGateway)
    const { app } = serving(gateway, async (ctx) => {
      await ctx.state.auth.accessToken()
      ctx.throw(409, { headers: { 'Set-Cookie': 'mine=1', 'X-Reason': 'taken' } })
    })
    await visit(app, async ({ get, signIn }) => {
      const cookie = await signIn()
      expireTokens()
      const response = await get('/', { ...SCRIPT, cookie })
      expect([response.status, response.headers.get('x-reason')]).toEqual([409, 'taken'])
      expect(response.headers.getSetCookie()).toEqual(['mine=1', expect.stringMatching(RENEWED)])
    })
  })

  it('does not hide what was thrown when that can take nothing with it', async () => {
    const thrown: readonly unknown[] = ['a text', null, Object.freeze(new Error('frozen'))]
    for (const error of thrown) {
      const caught: unknown[] = []
      const { gateway, expireTokens } = createTokenEndpoint(createCastleGateway)
      const { app } = serving(gateway, breaking(error), async (ctx, next) => {
        await next().catch((reason: unknown) => caught.push(reason))
        ctx.status = 500
      })
      await visit(app, async ({ get, signIn }) => {
        const cookie = await signIn()
        expireTokens()
        const response = await get('/', { ...SCRIPT, cookie })
        expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(RENEWED)])
      })
      expect(caught).toEqual([error])
    }
  })
})
