import { claim, createEntrance, loggedRequest, type Mount, readForm, refuseTaken, withHeaders } from '@postern/node'
import type { FastifyInstance, FastifyReply, FastifyRequest, preParsingHookHandler } from 'fastify'
import { act } from './reply.ts'

/** Mounts every path and every prefix of the gateway for every method, in a scope of its own. */
export async function mountRoutes(app: FastifyInstance, mount: Mount): Promise<void> {
  const entrance = createEntrance(mount)
  // Before Fastify parses: bodies, and content types that Fastify would refuse, are the core's to judge.
  const preParsing: preParsingHookHandler = ({ raw, ip: clientAddress }, reply, body, done) => {
    const form = () => readForm(body, raw.headers)
    const takeOver = () => void withHeaders(reply.hijack().raw, reply.getHeaders())
    act(entrance.answer(raw, reply.raw, { clientAddress, form, takeOver }), reply, done)
  }
  const urls = entrance.patterns(app.prefix, '*')
  refuseTaken(urls, (url) => app.supportedMethods.some((method) => app.hasRoute({ url: app.prefix + url, method })))
  await app.register((scope, _options, done) => {
    claim(scope)
    const method = scope.supportedMethods
    for (const url of urls) scope.route({ ...ROUTE, schema: { ...HIDDEN }, url, method, preParsing })
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
