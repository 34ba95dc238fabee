import Fastify from 'fastify'

export async function start({ port }) {
  const app = Fastify()
  app.get('/open', async () => ({}))
  await app.listen({ port, host: '127.0.0.1' })
}
