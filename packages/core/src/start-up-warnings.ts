import type { StartUpWarning } from './event.ts'
import type { GatewayOptions } from './options.ts'

/** What start-up has to say without refusing to start. */
export interface Warning {
  readonly warning: StartUpWarning
  readonly provider: string
  /** What may happen, and what to do. */
  readonly advice: string
}

/** Decision 19: what is right in one process and wrong in several, where nothing says how many there are. */
export function startUpWarnings({ providers, store, processes }: GatewayOptions): readonly Warning[] {
  if (store !== undefined || processes !== undefined) return []
  return providers
    .filter(({ capabilities }) => capabilities.rotation)
    .map(({ id }) => ({
      warning: 'rotation_without_store',
      provider: id,
      advice: `${id} rotates refresh tokens, and sessions are sealed in cookies: two processes that renew the same session would sign its user out. Say processes: 1, or add store: redisStore(…).`,
    }))
}

/** Prints a warning once, where Node's own go: to standard error, for those too who listen to no events. */
export function printWarning({ warning, advice }: Warning): void {
  process.emitWarning(advice, { type: 'PosternWarning', code: `POSTERN_${warning.toUpperCase()}` })
}
