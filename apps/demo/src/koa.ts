import { once } from 'node:events'
import { loadAuth, type PosternState, postern, requireSignIn } from '@postern/koa'
import Koa from 'koa'
import type { Demo } from './demo.ts'
import type { DemoGateway } from './gateway.ts'
import type { Page } from './page/page.ts'
import type { Server } from './server.ts'

/** The demo, mounted by Koa. */
export async function serveWithKoa({ gateway, browsers, pages, answer }: Demo, port: number): Promise<Server> {
  const app = new Koa<PosternState<DemoGateway>>()
  app.use((ctx, next) =>
    browsers.enter(ctx.headers.cookie, (greeting) => {
      if (greeting !== undefined) ctx.append('set-cookie', greeting)
      return next()
    }),
  )
  app.use(postern(gateway))

  for (const page of pages) {
    const guard = guardOf(page)
    app.use(async (ctx, next) => {
      const isHere = page.path === '*' || page.path === ctx.path
      if (!isHere || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next()
      const show = async (): Promise<void> => {
        const { status, headers, body } = await answer(page, () => ctx.state.auth, ctx.url)
        ctx.status = status
        ctx.set(headers)
        ctx.body = body
      }
      return guard === undefined ? show() : guard(ctx, show)
    })
  }

  const server = app.listen(port, 'localhost')
  await once(server, 'listening')
  return {
    async close() {
      await gateway.close()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function guardOf({ guard }: Page) {
  if (guard === undefined) return undefined
  return guard === 'optional' ? loadAuth() : requireSignIn(guard)
}
