import postern, { loadAuth, requireSignIn } from '@postern/fastify'
import Fastify, { type onRequestHookHandler } from 'fastify'
import type { Demo } from './demo.ts'
import type { Page } from './page/page.ts'
import type { Server } from './server.ts'

/** The demo, mounted by Fastify. */
export async function serveWithFastify({ gateway, browsers, pages, answer }: Demo, port: number): Promise<Server> {
  const app = Fastify({ forceCloseConnections: true })
  app.addHook('onRequest', (request, reply, done) =>
    browsers.enter(request.headers.cookie, (greeting) => {
      if (greeting !== undefined) reply.header('set-cookie', greeting)
      done()
    }),
  )
  await app.register(postern, { gateway })

  for (const page of pages) {
    app.get(page.path, { onRequest: guardsOf(page) }, async (request, reply) => {
      const { status, headers, body } = await answer(page, () => request.auth, request.url)
      return reply.code(status).headers(headers).send(body)
    })
  }

  await app.listen({ port, host: 'localhost' })
  return { close: () => app.close() }
}

function guardsOf({ guard }: Page): onRequestHookHandler[] {
  if (guard === undefined) return []
  return [guard === 'optional' ? loadAuth() : requireSignIn(guard)]
}
