import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Outcome, withFailures } from './failures.ts'
import { createForwarding } from './forward/forwarding.ts'
import { methodsBesides } from './methods.ts'
import { checkMount, type Mount } from './mount.ts'
import { type KnownRequest, toGatewayRequest } from './request.ts'
import { createPathMatcher, createPrefixMatcher, pathOf } from './route.ts'
import { send } from './send.ts'
import { turnOf } from './turn.ts'
import { basePathUnder, pathsUnder, prefixesUnder } from './under-prefix.ts'
import { refuseUnknown } from './unknown-options.ts'
import { closeVisits } from './visit.ts'

/** The gateway's own part of a server: its paths, and the prefixes that it forwards. */
export interface Entrance {
  /** Whether a path leads there: byte for byte, as the core itself compares. */
  owns(path: string): boolean
  /**
   * Everything that leads there, for a router that puts `prefix` in front of each: the paths, and for each prefix that
   * is forwarded, itself and what is below it, for every method. Throws `config_invalid` when the one does not start with
   * the other.
   *
   * @param wildcard how the router spells the rest of a path
   * @param known methods that the router knows. For all others, as few patterns as cover everything below `basePath`
   */
  routes(prefix: string, wildcard: string, known: readonly string[]): readonly RoutePattern[]
  /**
   * The reply to a request that leads there. `undefined` when there is nothing left to do: it was forwarded, and
   * `response` is finished; or its connection ended before its turn came.
   *
   * @param known what the framework knows better, as in `toGatewayRequest`
   */
  answer(message: IncomingMessage, response: ServerResponse, known?: Known): Promise<Outcome | undefined>
}

/** A pattern for a router, and the methods to mount there. */
export interface RoutePattern {
  readonly url: string
  /** A list of its own, for routers that write into it. */
  readonly method: string[]
}

interface Known extends KnownRequest {
  /** Called before something is streamed to the response: the framework leaves it alone from then on. */
  readonly takeOver?: () => void
}

/**
 * Makes the entrance of a mounted gateway: one for each mount, for it holds the connections to what is forwarded to.
 * Throws `config_invalid` for what is no gateway, and for a name among the options that nobody reads.
 *
 * @param names what `mount` may have besides: options that the adapter or the framework reads
 */
export function createEntrance(mount: Mount, names: readonly string[] = []): Entrance {
  checkMount(mount)
  refuseUnknown(mount, ['gateway', 'failures', ...names])
  const { gateway } = mount
  const isOwnPath = createPathMatcher(gateway.routes)
  const isForwarded = createPrefixMatcher(gateway.prefixes)
  const forward = createForwarding(gateway)
  gateway.lend(send)
  return {
    owns: (path) => isOwnPath(path) || isForwarded(path),
    routes(prefix, wildcard, known) {
      const base = `${basePathUnder(prefix, gateway)}/`
      const paths = pathsUnder(prefix, gateway)
      const forwarded = prefixesUnder(prefix, gateway).flatMap((path) => [path, `${path}/${wildcard}`])
      const coarse = [base + wildcard, ...paths.filter((path) => !path.startsWith(base)), ...forwarded]
      const all = [
        ...[...paths, ...forwarded].map((url) => ({ url, method: [...known] })),
        ...coarse.map((url) => ({ url, method: methodsBesides(known) })),
      ]
      return all.filter(({ method }) => method.length > 0)
    },
    async answer(message, response, known) {
      const turn = turnOf(message, response)
      if (turn !== true && !(await turn)) return undefined
      closeVisits(message)
      const request = toGatewayRequest(message, known)
      const isForward = isForwarded(pathOf(request.target))
      const decision = await (isForward ? gateway.forward(request) : gateway.handle(request))
      if (decision.type === 'reply') return withFailures(decision, mount)
      known?.takeOver?.()
      await forward(decision, message, response)
      return undefined
    },
  }
}
