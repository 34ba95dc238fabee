import type { Send } from './transport.ts'

/** The way out to all providers of a gateway. */
export interface Outlet {
  readonly send: Send
  /** Takes this way from now on, unless the application has chosen its own. */
  lend(lighter: Send): void
}

/** Looked up at every call: an application may have replaced it. */
export const globalFetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init)

/** @param chosen the application's own `fetch` */
export function createOutlet(chosen: Send | undefined): Outlet {
  let way: Send = chosen ?? globalFetch
  return {
    send: (url, request) => way(url, request),
    lend(lighter) {
      if (chosen === undefined) way = lighter
    },
  }
}
