import type { Mount } from '@postern/node'
import type { FastifyRequest } from 'fastify'

/** Gateways that requests of an instance can see: its own, and those of the instances around it. */
export const MOUNTS: unique symbol = Symbol('postern.mounts')
/** Marks the scope that holds a gateway's own routes. */
export const OWN_SCOPE: unique symbol = Symbol('postern.own-scope')

declare module 'fastify' {
  interface FastifyInstance {
    [MOUNTS]?: readonly Mount[]
    [OWN_SCOPE]?: true
  }
}

/** Whether a request is for one of the gateway's own paths, rather than for the application. */
export function isOwnRoute({ server }: FastifyRequest): boolean {
  return server[OWN_SCOPE] === true
}
