import { forwarded, passedOn } from '../ask/forwarded.ts'
import { PEERS } from '../contestant/peer.ts'
import { atMost, ours, peer, SEALED, USUAL, type When } from './entry.ts'
import type { Scenario } from './scenario.ts'

/** Requests that go on to an API, beside the usual proxies of the frameworks, which attach no token. */
export const FORWARD: readonly Scenario[] = [
  forward('forward, small JSON', '/api/small', [0.85, 0.55], 'always'),
  forward('forward, 256 KB', '/api/large', [undefined, undefined], 'full'),
]

function forward(
  name: string,
  path: string,
  [fastify, koa]: readonly [number | undefined, number | undefined],
  when: When,
): Scenario {
  const targets = { fastify: [atMost(fastify, PEERS.httpProxy)], koa: [atMost(koa, PEERS.koaProxies)] }
  return {
    name,
    floor: '/open',
    entries: [
      ...ours(forwarded(path, USUAL), SEALED, targets, when),
      peer(PEERS.httpProxy, passedOn(path), SEALED, when),
      peer(PEERS.koaProxies, passedOn(path), SEALED, when),
    ],
  }
}
