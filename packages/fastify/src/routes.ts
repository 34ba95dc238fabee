import { type Mount, pathOf, pathsUnder, readForm, toGatewayRequest } from '@postern/node'
import type { FastifyInstance, FastifyReply, FastifyRequest, preParsingHookHandler } from 'fastify'
import { act } from './reply.ts'
import { OWN_SCOPE } from './scope.ts'

/** Mounts every path of the gateway for every method, in a scope of its own. */
export async function mountRoutes(app: FastifyInstance, mount: Mount): Promise<void> {
  const urls = pathsUnder(app.prefix, mount.gateway)
  await app.register((scope, _options, done) => {
    scope[OWN_SCOPE] = true
    for (const url of urls) {
      scope.route({
        ...ROUTE,
        schema: { ...HIDDEN },
        url,
        method: scope.supportedMethods,
        preParsing: answerWith(mount),
      })
    }
    done()
  })
}

/** Answers before Fastify parses: bodies, and content types that Fastify would refuse, are the core's to judge. */
function answerWith(mount: Mount): preParsingHookHandler {
  return ({ raw, ip: clientAddress }, reply, body, done) => {
    const form = (): Promise<URLSearchParams> => readForm(body, raw.headers)
    act(mount.gateway.handle(toGatewayRequest(raw, { form, clientAddress })), mount, reply, done)
  }
}

// For @fastify/swagger: these are pages and redirects, not an API.
const HIDDEN: object = { hide: true }

const ROUTE = {
  // What Fastify logs by itself, without the query: an authorization code stands there.
  logSerializers: {
    req: ({ method, url, host, ip, socket }: FastifyRequest) => {
      return { method, url: pathOf(url), host, remoteAddress: ip, remotePort: socket.remotePort }
    },
    res: ({ statusCode }: FastifyReply) => ({ statusCode }),
  },
  handler: (_request: FastifyRequest, reply: FastifyReply) => reply.callNotFound(),
}
