import httpProxy from '@fastify/http-proxy'
import Fastify from 'fastify'

/** On a bare Fastify: nobody is asked who they are, and no token is attached. */
export async function start({ port, provider }) {
  const app = Fastify()
  await app.register(httpProxy, { upstream: provider.origin, prefix: '/api', rewritePrefix: '/api' })
  await app.listen({ port, host: '127.0.0.1' })
}
