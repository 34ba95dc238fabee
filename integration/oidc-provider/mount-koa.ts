import Router from '@koa/router'
import type { Gateway } from '@postern/core'
import { type PosternState, postern, requireSignIn } from '@postern/koa'
import Koa from 'koa'
import { type ApplicationRoute, type MountedApplication, NOBODY } from './application-routes.ts'

export async function mountWithKoa(gateway: Gateway, routes: readonly ApplicationRoute[]): Promise<MountedApplication> {
  const app = new Koa<PosternState<Gateway>>()
  // What tests provoke is answered, and not logged.
  app.silent = true
  app.use(postern(gateway))
  const router = new Router<PosternState<Gateway>>()
  for (const { path, requirement, answer } of routes) {
    router.get(
      path,
      requirement === undefined ? (_ctx, next) => next() : requireSignIn({ ...requirement, gateway }),
      async (ctx) => {
        ctx.body = await answer(requirement === undefined ? NOBODY : ctx.state.auth)
      },
    )
  }
  app.use(router.routes())
  return { listener: app.callback(), close: () => gateway.close() }
}
