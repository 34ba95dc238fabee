import { loginAt, type Site } from '../visitor/site.ts'

export const FRAMEWORKS = ['fastify', 'koa', 'node', 'express', 'hono'] as const

export type Framework = (typeof FRAMEWORKS)[number]

/** Somebody who takes part: a server program, and how to sign in there. */
export interface Entrant {
  readonly name: string
  /** What it is built on, and so whose floor is its floor. */
  readonly framework: Framework
  readonly program: Program
  readonly site: Site
}

/** One of our own servers, by its name in `contestants.ts`, or a peer, by its folder in `bench/peers`. */
export type Program = OwnProgram | PeerProgram

export interface OwnProgram {
  readonly type: 'own'
  readonly name: string
}

export interface PeerProgram {
  readonly type: 'peer'
  readonly folder: string
}

/** Frameworks that only the peers' workspace installs. */
const FOREIGN: readonly Framework[] = ['express', 'hono']

/** The framework alone. */
export function floorOf(framework: Framework): Entrant {
  const name = `floor-${framework}`
  const program: Program = FOREIGN.includes(framework) ? { type: 'peer', folder: name } : { type: 'own', name }
  return { name: 'bare', framework, program, site: loginAt('/redirect') }
}

export function posternOn(framework: 'fastify' | 'koa' | 'node'): Entrant {
  const program: Program = { type: 'own', name: `postern-${framework}` }
  return { name: 'postern', framework, program, site: loginAt('/auth/login/bench') }
}
