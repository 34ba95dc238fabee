import type { Tokens } from './access-token.ts'
import type { Clients } from './client.ts'
import type { Codes } from './code.ts'
import type { EngineTraits } from './engine.ts'
import type { AniListUser } from './user.ts'

/** Everything an endpoint of one stand-in works with. */
export interface Service {
  readonly origin: string
  readonly engine: EngineTraits
  readonly clients: Clients
  readonly users: readonly AniListUser[]
  readonly codes: Codes
  readonly tokens: Tokens
  readonly denial: Denial
  readonly approveAs: string | undefined
  readonly referer: 'required' | 'optional'
}

/** What becomes of `state` when a person says no. */
export type Denial = 'with-state' | 'empty-state' | 'without-state'
