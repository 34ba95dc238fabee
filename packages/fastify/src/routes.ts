import {
  createForwarding,
  type Forwarding,
  type Mount,
  pathOf,
  pathsUnder,
  prefixesUnder,
  readForm,
  toGatewayRequest,
} from '@postern/node'
import type { FastifyInstance, FastifyReply, FastifyRequest, preParsingHookHandler } from 'fastify'
import { act, takeOver } from './reply.ts'
import { OWN_SCOPE } from './scope.ts'

/** Mounts every path and every prefix of the gateway for every method, in a scope of its own. */
export async function mountRoutes(app: FastifyInstance, mount: Mount): Promise<void> {
  const { gateway } = mount
  const answers = pathsUnder(app.prefix, gateway).map((url) => [url, answerWith(mount)] as const)
  const forward = forwardWith(mount, createForwarding(gateway))
  const forwards = prefixesUnder(app.prefix, gateway).flatMap((url) => [
    [url, forward] as const,
    [`${url}/*`, forward] as const,
  ])
  await app.register((scope, _options, done) => {
    scope[OWN_SCOPE] = true
    for (const [url, preParsing] of [...answers, ...forwards]) {
      scope.route({ ...ROUTE, schema: { ...HIDDEN }, url, method: scope.supportedMethods, preParsing })
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

/** Nobody reads the body before the target does, and the response is taken over only once there is one. */
function forwardWith(mount: Mount, forward: Forwarding): preParsingHookHandler {
  return ({ raw, ip: clientAddress }, reply, _body, done) => {
    const decide = async (): Promise<void> => {
      const decision = await mount.gateway.forward(toGatewayRequest(raw, { clientAddress }))
      if (decision.type === 'reply') act(decision, mount, reply, done)
      else await forward(decision, raw, takeOver(reply))
    }
    decide().catch(done)
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
