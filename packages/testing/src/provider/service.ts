import type { Assertions } from './assertion.ts'
import type { ScriptedClients } from './client.ts'
import type { Endpoint } from './endpoint.ts'
import type { Grants } from './grant.ts'
import type { Keys } from './key.ts'
import type { PushedRequests } from './pushed-request.ts'
import type { ProviderScript } from './script.ts'

/** Everything an endpoint works with while it answers one request. */
export interface Service {
  readonly issuer: string
  readonly endpoints: Readonly<Record<Endpoint, string>>
  readonly clients: ScriptedClients
  readonly assertions: Assertions
  readonly grants: Grants
  readonly keys: Keys
  readonly pushed: PushedRequests
  /** As it stands when the request came in. */
  readonly script: ProviderScript
  /** Milliseconds since the epoch. */
  readonly now: () => number
}
