import type { Config } from './config.ts'
import type { GatewayEvent, Unstamped } from './event.ts'
import type { Services } from './flow/services.ts'

/** Tells the application of events, with the time. Never throws, whatever its listener does. */
export function createEmitter({ onEvent, now }: Config): Services['emit'] {
  if (onEvent === undefined) return () => undefined
  return (event: Unstamped<GatewayEvent>) => {
    // An application's listener is not worth a sign-in: its own monitoring sees what it threw, at once or later.
    try {
      Promise.resolve(onEvent({ ...event, time: now() })).catch(() => undefined)
    } catch {}
  }
}
