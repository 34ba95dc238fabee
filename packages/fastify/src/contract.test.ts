import { type AdapterMount, adapterContract, type RunningAdapter } from '@postern/testing'
import Fastify from 'fastify'
import { describe, it } from 'vitest'
import postern, { loadAuth, requireSignIn } from './index.ts'

describe('the adapter contract on Fastify', () => {
  for (const { name, run } of adapterContract) it(name, () => run(start))
})

async function start({ gateway, routes, earlierCookie }: AdapterMount): Promise<RunningAdapter> {
  const app = Fastify()
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('set-cookie', earlierCookie)
  })
  await app.register(postern, { gateway })
  for (const { path, methods, access, respond } of routes) {
    app.route({
      url: path,
      method: [...methods],
      onRequest: access === 'open' ? [] : access === 'loaded' ? loadAuth() : requireSignIn({ gateway, ...access }),
      async handler(request, reply) {
        const { status, headers, body } = await respond(() => request.auth)
        return reply.code(status).headers(headers).send(body)
      },
    })
  }
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  return { origin, close: () => app.close() }
}
