import type { Ask } from '../ask/ask.ts'
import { signedOut, tampered } from '../ask/guarded.ts'
import { forged, garbage } from '../ask/tamper.ts'
import { APACHE } from '../contestant/entrant.ts'
import { PEERS } from '../contestant/peer.ts'
import { atMost, MEMORY, ours, peer, SEALED, SEALED_OPENID, USUAL } from './entry.ts'
import type { Entry, Scenario } from './scenario.ts'

/** What a stranger costs. */
export const REFUSAL: readonly Scenario[] = [
  {
    name: 'no cookie → 401',
    floor: '/open',
    entries: [
      ...ours(signedOut, SEALED, { fastify: [atMost(1.05)], koa: [atMost(1.05)] }),
      peer(PEERS.secureSession, signedOut, SEALED),
      peer(PEERS.grant, signedOut, SEALED),
      ...restOfPeers(signedOut),
    ],
  },
  {
    name: 'forged cookie → 401',
    floor: '/open',
    entries: [
      ...ours(tampered(forged, USUAL), SEALED, { fastify: [atMost(2.2)], koa: [atMost(1.9)] }),
      peer(PEERS.secureSession, tampered(forged, USUAL), SEALED),
      peer(PEERS.grant, tampered(forged, USUAL), SEALED),
      ...restOfPeers(tampered(forged, USUAL)),
    ],
  },
  {
    name: 'garbage cookie → 401',
    floor: '/open',
    entries: [
      ...ours(tampered(garbage, USUAL), SEALED, {}),
      peer(PEERS.secureSession, tampered(garbage, USUAL), SEALED, 'full'),
      peer(PEERS.grant, tampered(garbage, USUAL), SEALED, 'full'),
      ...restOfPeers(tampered(garbage, USUAL)),
    ],
  },
]

function restOfPeers(ask: Ask): readonly Entry[] {
  return [
    peer(PEERS.fastifySession, ask, MEMORY, 'full'),
    peer(PEERS.passport, ask, MEMORY, 'full'),
    peer(PEERS.expressOpenId, ask, SEALED_OPENID, 'full'),
    peer(PEERS.betterAuth, ask, SEALED, 'full'),
    peer(PEERS.authJs, ask, SEALED, 'full'),
    peer(PEERS.honoOidc, ask, SEALED_OPENID, 'full'),
    peer(PEERS.ironSession, ask, SEALED, 'full'),
    peer(APACHE, ask, SEALED_OPENID, 'full'),
  ]
}
