import type { Name } from '../apache/configuration.ts'
import { loginAt, type Site } from '../visitor/site.ts'

export const FRAMEWORKS = ['fastify', 'koa', 'node', 'express', 'hono', 'apache'] as const

export type Framework = (typeof FRAMEWORKS)[number]

/** Somebody who takes part: a server program, and how to sign in there. */
export interface Entrant {
  readonly name: string
  /** What it is built on, and so whose floor is its floor. */
  readonly framework: Framework
  readonly program: Program
  readonly site: Site
}

/** One of our own servers, by its name in `contestants.ts`, a peer, by its folder in `bench/peers`, or Apache. */
export type Program = OwnProgram | PeerProgram | ApacheProgram

export interface OwnProgram {
  readonly type: 'own'
  readonly name: string
}

export interface PeerProgram {
  readonly type: 'peer'
  readonly folder: string
}

export interface ApacheProgram {
  readonly type: 'apache'
  readonly name: Name
}

/** Frameworks that only the peers' workspace installs. */
const FOREIGN: readonly Framework[] = ['express', 'hono']

/** The framework alone. */
export function floorOf(framework: Framework): Entrant {
  return { name: 'bare', framework, program: floorProgram(framework), site: loginAt('/redirect') }
}

function floorProgram(framework: Framework): Program {
  if (framework === 'apache') return { type: 'apache', name: 'floor-apache' }
  const name = `floor-${framework}`
  return FOREIGN.includes(framework) ? { type: 'peer', folder: name } : { type: 'own', name }
}

export function posternOn(framework: 'fastify' | 'koa' | 'node'): Entrant {
  const program: Program = { type: 'own', name: `postern-${framework}` }
  return { name: 'postern', framework, program, site: loginAt('/auth/login/bench') }
}

/** Apache with mod_auth_openidc, which speaks OpenID Connect only. */
export const APACHE: Entrant = {
  name: 'mod_auth_openidc',
  framework: 'apache',
  program: { type: 'apache', name: 'apache' },
  // A large session is in several, beside one that says in how many.
  site: { ...loginAt('/login'), sessionCookies: /^mod_auth_openidc_session(_\d+)?$/ },
}
