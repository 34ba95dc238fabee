import { callback, login } from '../ask/sign-in.ts'
import type { Variant } from '../contestant/contestant.ts'
import { APACHE } from '../contestant/entrant.ts'
import { PEERS } from '../contestant/peer.ts'
import { atMost, MEMORY, ours, peer, SEALED, SEALED_OPENID, USUAL, type When } from './entry.ts'
import type { Scenario } from './scenario.ts'

/** Both halves of a sign-in. */
export const SIGN_IN: readonly Scenario[] = [
  {
    name: 'start of login',
    floor: '/redirect',
    entries: [
      ...ours(login, SEALED, { fastify: [atMost(1.9)], koa: [atMost(1.8)] }),
      peer(PEERS.secureSession, login, SEALED),
      peer(PEERS.grant, login, SEALED),
      peer(PEERS.passport, login, MEMORY, 'full'),
      peer(PEERS.expressOpenId, login, SEALED_OPENID, 'full'),
      peer(PEERS.betterAuth, login, SEALED, 'full'),
      peer(PEERS.authJs, login, SEALED, 'full'),
      peer(PEERS.honoOidc, login, SEALED_OPENID, 'full'),
      peer(APACHE, login, SEALED_OPENID, 'full'),
    ],
  },
  {
    name: 'callback, plain OAuth 2.0',
    floor: '/redirect',
    entries: [
      ...ours(callback(USUAL), SEALED, {
        fastify: [atMost(15), atMost(0.5, PEERS.expressOpenId)],
        koa: [atMost(9), atMost(0.5, PEERS.expressOpenId)],
      }),
      peer(PEERS.expressOpenId, callback(USUAL), SEALED_OPENID),
      peer(PEERS.grant, callback(USUAL), SEALED),
      peer(PEERS.secureSession, callback(USUAL), SEALED, 'full'),
      peer(PEERS.passport, callback(USUAL), MEMORY, 'full'),
      peer(PEERS.fastifySession, callback(USUAL), MEMORY, 'full'),
      peer(PEERS.authJs, callback(USUAL), SEALED, 'full'),
      peer(PEERS.betterAuth, callback(USUAL), SEALED, 'full'),
    ],
  },
  openIdCallback('rs256', [22, 14], 'always'),
  openIdCallback('es256', undefined, 'full'),
]

function openIdCallback(
  protocol: 'rs256' | 'es256',
  bare: readonly [number, number] | undefined,
  when: When,
): Scenario {
  const variant: Variant = { ...SEALED, protocol }
  const targets = (limit: number | undefined) =>
    limit === undefined ? [] : [atMost(limit), atMost(0.6, PEERS.expressOpenId)]
  return {
    name: `callback, ${protocol.toUpperCase()}, verified`,
    floor: '/redirect',
    entries: [
      ...ours(callback(USUAL), variant, { fastify: targets(bare?.[0]), koa: targets(bare?.[1]) }, when),
      peer(PEERS.expressOpenId, callback(USUAL), variant, when),
      peer(PEERS.honoOidc, callback(USUAL), variant, 'full'),
      peer(PEERS.authJs, callback(USUAL), variant, 'full'),
      peer(PEERS.betterAuth, callback(USUAL), variant, 'full'),
      peer(APACHE, callback(USUAL), variant, 'full'),
    ],
  }
}
