import Router from '@koa/router'
import { type AdapterMount, adapterContract, type RunningAdapter } from '@postern/testing'
import Koa from 'koa'
import { describe, it } from 'vitest'
import { listen } from '../test/listen.ts'
import { loadAuth, postern, requireSignIn } from './index.ts'

describe('the adapter contract on Koa', () => {
  for (const { name, run } of adapterContract) it(name, () => run((mount) => start(new Koa(), mount)))
})

describe('the adapter contract on Koa with everything an application may bring', () => {
  for (const { name, run } of adapterContract) it(name, () => run((mount) => start(laden(), mount)))
})

/** Trusts every proxy, signs its cookies, and has set a type before anybody else. */
function laden(): Koa {
  const app = new Koa({ proxy: true, keys: ['a key of the application'], asyncLocalStorage: true })
  app.use((ctx, next) => {
    ctx.type = 'json'
    return next()
  })
  return app
}

async function start(app: Koa, { gateway, routes, earlierCookie }: AdapterMount): Promise<RunningAdapter> {
  app.silent = true
  app.use((ctx, next) => {
    ctx.append('Set-Cookie', earlierCookie)
    return next()
  })
  app.use(postern(gateway))
  const router = new Router()
  for (const { path, methods, access, respond } of routes) {
    const guards = access === 'open' ? [] : [access === 'loaded' ? loadAuth() : requireSignIn({ gateway, ...access })]
    router.register(
      path,
      [...methods],
      [
        ...guards,
        async (ctx) => {
          const { status, headers, body } = await respond(() => ctx.state.auth)
          ctx.body = body
          ctx.status = status
          ctx.set(headers)
        },
      ],
    )
  }
  app.use(router.routes())
  return listen(app)
}
