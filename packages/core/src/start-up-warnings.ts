import type { StartUpWarning } from './event.ts'
import type { GatewayOptions } from './options.ts'

/** What start-up has to say without refusing to start. */
export interface Warning {
  readonly warning: StartUpWarning
  readonly provider: string
  /** What may happen, and what to do. */
  readonly advice: string
}

/** What is right only under conditions that the options do not speak of. */
export function startUpWarnings(options: GatewayOptions): readonly Warning[] {
  return [...rotationWarnings(options), ...redirectUriWarnings(options)]
}

/** Decision 19: what is right in one process and wrong in several, where nothing says how many there are. */
function rotationWarnings({ providers, store, processes }: GatewayOptions): readonly Warning[] {
  if (store !== undefined || processes !== undefined) return []
  return providers
    .filter(({ capabilities }) => capabilities.rotation)
    .map(({ id }) => ({
      warning: 'rotation_without_store',
      provider: id,
      advice: `${id} rotates refresh tokens, and sessions are sealed in cookies: two processes that renew the same session would sign its user out. Say processes: 1, or add store: redisStore(…).`,
    }))
}

/**
 * The callback under another name of the same server: `localhost` and `127.0.0.1`, with `www.` and without. Another path
 * is one that somebody has thought about.
 */
function redirectUriWarnings({ providers, origin, basePath = '/auth' }: GatewayOptions): readonly Warning[] {
  return providers.flatMap(({ id, redirectUri }) => {
    const url = redirectUri === undefined ? null : URL.parse(redirectUri)
    const path = `${basePath}/callback/${id}`
    if (url === null || url.origin === origin || url.pathname !== path) return []
    const advice = `redirectUri of ${id} is at ${url.origin}, and origin is ${origin}. To a browser these are two hosts with cookies of their own, so an answer that arrives at the one finds no sign-in of the other. Use one of them in both, or have ${url.origin} lead to ${origin}${path}, query and all.`
    return [{ warning: 'redirect_uri_elsewhere', provider: id, advice }]
  })
}

/** Prints a warning once, where Node's own go: to standard error, for those too who listen to no events. */
export function printWarning({ warning, advice }: Warning): void {
  process.emitWarning(advice, { type: 'PosternWarning', code: `POSTERN_${warning.toUpperCase()}` })
}
