import { signedIn } from '../ask/guarded.ts'
import { APACHE } from '../contestant/entrant.ts'
import { PEERS } from '../contestant/peer.ts'
import { atMost, MEMORY, ours, peer, REDIS, SEALED, SEALED_OPENID, USUAL } from './entry.ts'
import type { Scenario } from './scenario.ts'

/** Looking at a session, on every request. */
export const SESSION: readonly Scenario[] = [
  {
    name: 'signed in, sealed 1.2 KB',
    floor: '/open',
    entries: [
      ...ours(signedIn(USUAL), SEALED, { fastify: [atMost(1.4)], koa: [atMost(1.3)] }),
      peer(PEERS.secureSession, signedIn(USUAL), SEALED),
      peer(PEERS.grant, signedIn(USUAL), SEALED),
      peer(PEERS.expressOpenId, signedIn(USUAL), SEALED_OPENID, 'full'),
      peer(PEERS.betterAuth, signedIn(USUAL), SEALED, 'full'),
      peer(PEERS.authJs, signedIn(USUAL), SEALED, 'full'),
      peer(PEERS.honoOidc, signedIn(USUAL), SEALED_OPENID, 'full'),
      peer(PEERS.ironSession, signedIn(USUAL), SEALED, 'full'),
      peer(APACHE, signedIn(USUAL), SEALED_OPENID, 'full'),
    ],
  },
  {
    name: 'signed in, memory store',
    floor: '/open',
    entries: [
      ...ours(signedIn(USUAL), MEMORY, { fastify: [atMost(1.6)], koa: [atMost(1.5)] }),
      peer(PEERS.fastifySession, signedIn(USUAL), MEMORY),
      peer(PEERS.grant, signedIn(USUAL), MEMORY),
      peer(PEERS.passport, signedIn(USUAL), MEMORY, 'full'),
      peer(PEERS.expressOpenId, signedIn(USUAL), { ...MEMORY, protocol: 'rs256' }, 'full'),
      peer(APACHE, signedIn(USUAL), { ...MEMORY, protocol: 'rs256' }, 'full'),
    ],
  },
  {
    name: 'signed in, Redis',
    floor: '/open',
    entries: [
      ...ours(signedIn(USUAL), REDIS, { fastify: [atMost(2.8)], koa: [atMost(2.6)] }),
      peer(PEERS.fastifySession, signedIn(USUAL), REDIS),
      peer(PEERS.passport, signedIn(USUAL), REDIS, 'full'),
      peer(APACHE, signedIn(USUAL), { ...REDIS, protocol: 'rs256' }, 'full'),
    ],
  },
]
