import postern, { requireSignIn } from '@postern/fastify'
import Fastify from 'fastify'
import type { Demo } from './demo.ts'
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
    const guards = page.guard === undefined ? [] : [requireSignIn(page.guard)]
    app.get(page.path, { onRequest: guards }, async (request, reply) => {
      const { status, headers, body } = await answer(page, request.auth, request.url)
      return reply.code(status).headers(headers).send(body)
    })
  }

  await app.listen({ port, host: 'localhost' })
  return { close: () => app.close() }
}
