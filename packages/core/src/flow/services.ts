import type { Config } from '../config.ts'
import type { Keyring } from '../crypto/keyring.ts'
import type { RandomValue } from '../crypto/random.ts'
import type { GatewayEvent, Unstamped } from '../event.ts'
import type { CookieNaming } from '../http/cookie-naming.ts'
import type { RouteName } from '../http/route.ts'
import type { Outlet } from '../protocol/outlet.ts'
import type { ProviderClient } from '../protocol/protocol.ts'
import type { SessionDirectory } from '../session/directory.ts'
import type { Sessions } from '../session/sessions.ts'
import type { Transactions } from '../transaction/cookie.ts'
import type { Flights } from '../transaction/flight.ts'
import type { Claims } from './claim.ts'
import type { LogoutNotices } from './logout-notice.ts'
import type { LoopBreaker } from './loop-breaker.ts'
import type { FinishedSignIn } from './phase.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Refresher } from './refresh.ts'
import type { Revocations } from './revocation.ts'
import type { SessionLimiter } from './session-limit.ts'

/** What only a store can do. */
export interface StoredServices {
  readonly directory: SessionDirectory
  readonly notices: LogoutNotices
  readonly claims: Claims
  /** `undefined` without a limit. */
  readonly limiter: SessionLimiter | undefined
}

/** What a gateway was built from, given to every step. */
export interface Services {
  readonly config: Config
  readonly cookies: CookieNaming
  readonly clients: ReadonlyMap<string, ProviderClient>
  readonly sessions: Sessions
  readonly refresher: Refresher
  readonly revocations: Revocations
  /** What needs a store; `undefined` without one. */
  readonly stored: StoredServices | undefined
  /** Seals the state of a sign-out. */
  readonly signOutKeyring: Keyring
  readonly transactions: Transactions
  readonly flights: Flights<FinishedSignIn>
  readonly loopBreaker: LoopBreaker
  /** By route; only routes that have a limit. */
  readonly rateLimits: ReadonlyMap<RouteName, RateLimit>
  readonly random: RandomValue
  /** A new correlation id. */
  readonly reference: () => string
  /** Tells the application. Never throws. */
  readonly emit: (event: Unstamped<GatewayEvent>) => void
  /** Has the providers be reached another way. */
  readonly lend: Outlet['lend']
  /** Ends what runs by itself. */
  readonly stop: () => void
}
