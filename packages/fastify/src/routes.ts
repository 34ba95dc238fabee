import type { Mount } from '@postern/node'
import { claim, createEntrance, loggedRequest, methodsBesides, refuseTaken, withHeaders } from '@postern/node'
import type { FastifyInstance, FastifyReply, FastifyRequest, preParsingHookHandler } from 'fastify'
import { act } from './reply.ts'

/** Mounts every path and every prefix of the gateway for every method, in a scope of its own. */
export async function mountRoutes(app: FastifyInstance, mount: Mount): Promise<void> {
  const entrance = createEntrance(mount, ['decoratorName', 'logLevel', 'logSerializers'])
  // Before Fastify parses: bodies, and content types that Fastify would refuse, are the core's to judge.
  const preParsing: preParsingHookHandler = ({ raw, ip: clientAddress }, reply, body, done) => {
    const takeOver = () => void withHeaders(reply.hijack().raw, reply.getHeaders())
    act(entrance.answer(raw, reply.raw, { clientAddress, body, takeOver }), reply, done)
  }
  const routes = entrance.routes(app.prefix, '*', app.supportedMethods)
  refuseTaken(routes, ({ url, method }) => method.some((one) => app.hasRoute({ url: app.prefix + url, method: one })))
  await app.register((scope, _options, done) => {
    claim(scope)
    // A request with a method that Fastify does not know would be logged with its query.
    for (const method of methodsBesides(scope.supportedMethods)) scope.addHttpMethod(method, { hasBody: true })
    for (const route of routes) scope.route({ ...ROUTE, schema: { ...HIDDEN }, ...route, preParsing })
    done()
  })
}

// For @fastify/swagger: these are pages and redirects, not an API.
const HIDDEN: object = { hide: true }

const ROUTE = {
  // What Fastify logs by itself, without the query: an authorization code stands there.
  logSerializers: { req: loggedRequest, res: ({ statusCode }: FastifyReply) => ({ statusCode }) },
  handler: (_request: FastifyRequest, reply: FastifyReply) => reply.callNotFound(),
}
