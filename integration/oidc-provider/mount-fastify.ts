import type { Gateway } from '@postern/core'
import postern, { requireSignIn } from '@postern/fastify'
import Fastify from 'fastify'
import { type ApplicationRoute, type MountedApplication, NOBODY } from './application-routes.ts'

export async function mountWithFastify(
  gateway: Gateway,
  routes: readonly ApplicationRoute[],
): Promise<MountedApplication> {
  const app = Fastify()
  await app.register(postern, { gateway })
  for (const { path, requirement, answer } of routes) {
    app.route({
      method: 'GET',
      url: path,
      onRequest: requirement === undefined ? [] : requireSignIn({ ...requirement, gateway }),
      handler: async (request, reply) => {
        const answered = await answer(requirement === undefined ? NOBODY : request.auth)
        return typeof answered === 'string' ? reply.type('text/html').send(answered) : answered
      },
    })
  }
  await app.ready()
  return { listener: app.routing, close: () => app.close() }
}
