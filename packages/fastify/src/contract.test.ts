import cookie from '@fastify/cookie'
import { type AdapterMount, adapterContract, type RunningAdapter } from '@postern/testing'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, it } from 'vitest'
import postern, { loadAuth, requireSignIn } from './index.ts'

describe('the adapter contract on Fastify', () => {
  for (const { name, run } of adapterContract) it(name, () => run((mount) => start(Fastify(), mount)))
})

describe('the adapter contract on Fastify with everything an application may bring', () => {
  for (const { name, run } of adapterContract) it(name, () => run(async (mount) => start(await laden(), mount)))
})

/** Trusts every proxy, parses forms itself, one octet of them, and has opinions about cookies. */
async function laden(): Promise<FastifyInstance> {
  const app = Fastify({ trustProxy: true, exposeHeadRoutes: true, bodyLimit: 1, logger: { level: 'silent' } })
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body)
  })
  await app.register(cookie, {
    secret: 'a secret of the application',
    parseOptions: { domain: 'example', signed: true },
  })
  return app
}

async function start(app: FastifyInstance, { gateway, routes, earlierCookie }: AdapterMount): Promise<RunningAdapter> {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('set-cookie', earlierCookie)
  })
  await app.register(postern, { gateway })
  for (const { path, methods, access, respond } of routes) {
    app.route({
      url: path,
      method: [...methods],
      exposeHeadRoute: false,
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
