import type { Ask } from '../ask/ask.ts'
import type { Variant } from '../contestant/contestant.ts'
import { type Entrant, posternOn } from '../contestant/entrant.ts'
import type { Entry, Target } from './scenario.ts'

/** Octets of an access token that make a session cookie of ours of about 1.2 KB. */
export const USUAL = 640

/** A session in the cookie, and one provider that speaks OAuth 2.0. */
export const SEALED: Variant = { session: 'sealed', protocol: 'oauth2', providers: 1 }
export const MEMORY: Variant = { ...SEALED, session: 'memory' }
export const REDIS: Variant = { ...SEALED, session: 'redis' }
/** The same with OpenID Connect, for those who speak nothing else. */
export const SEALED_OPENID: Variant = { ...SEALED, protocol: 'rs256' }

const fastify = posternOn('fastify')
const koa = posternOn('koa')
const node = posternOn('node')

export type When = 'always' | 'full'

/** By framework. */
export interface OurTargets {
  readonly fastify?: readonly Target[]
  readonly koa?: readonly Target[]
}

/** Ours on each framework; on node:http in a full run only, where nothing is promised. */
export function ours(ask: Ask, variant: Variant, targets: OurTargets, when: When = 'always'): readonly Entry[] {
  const full = when === 'full'
  return [
    { entrant: fastify, variant, ask, targets: targets.fastify ?? [], full },
    { entrant: koa, variant, ask, targets: targets.koa ?? [], full },
    { entrant: node, variant, ask, targets: [], full: true },
  ]
}

/** One of several entries of ours, that differ in what the note says. */
export function onFastify(ask: Ask, variant: Variant, note: string): Entry {
  return { entrant: fastify, variant, ask, note, targets: [], full: true }
}

export function peer(entrant: Entrant, ask: Ask, variant: Variant, when: When = 'always'): Entry {
  return { entrant, variant, ask, targets: [], full: when === 'full' }
}

export function atMost(limit: number | undefined, of: Target['of'] = 'bare'): Target {
  return limit === undefined ? { of } : { of, atMost: limit }
}
