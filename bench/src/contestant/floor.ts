import { createServer, type RequestListener } from 'node:http'
import Fastify from 'fastify'
import Koa from 'koa'
import { ANSWER, type Contestant } from './contestant.ts'

export const SEE_OTHER =
  'https://provider.example/authorize?response_type=code&client_id=bench&state=0123456789abcdef0123456789'
export const COOKIE = `bench.tx=${'x'.repeat(400)}; Path=/; HttpOnly; SameSite=Lax`

/** Bare frameworks: JSON without a session, and a redirect with a cookie. What everything else is compared with. */
export const floorFastify: Contestant = {
  async start({ port }) {
    const app = Fastify()
    app.get('/open', async () => ANSWER)
    app.get('/redirect', (_request, reply) => reply.header('set-cookie', COOKIE).redirect(SEE_OTHER, 303))
    await app.listen({ port, host: '127.0.0.1' })
  },
}

export const floorKoa: Contestant = {
  start({ port }) {
    const app = new Koa()
    app.use((ctx) => {
      if (ctx.path === '/open') {
        ctx.body = ANSWER
        return
      }
      ctx.set('set-cookie', COOKIE)
      ctx.redirect(SEE_OTHER)
      ctx.status = 303
    })
    return listening(app.callback(), port)
  },
}

export const floorNode: Contestant = {
  start({ port }) {
    return listening((request, response) => {
      if (request.url === '/open') {
        const body = JSON.stringify(ANSWER)
        response.setHeader('content-type', 'application/json; charset=utf-8')
        response.setHeader('content-length', Buffer.byteLength(body))
        response.end(body)
        return
      }
      response.writeHead(303, { location: SEE_OTHER, 'set-cookie': COOKIE }).end()
    }, port)
  },
}

/** Resolves when a plain server listens. */
export function listening(listener: RequestListener, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // As long as Fastify's, so that no connection is closed between two bursts.
    createServer({ keepAliveTimeout: 72_000 }, listener).once('error', reject).listen(port, '127.0.0.1', resolve)
  })
}
