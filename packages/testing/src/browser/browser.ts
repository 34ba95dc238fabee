import { type CookieJar, createCookieJar } from './cookie-jar.ts'
import type { LoopbackTrust } from './cookie-rule.ts'
import { createNetwork } from './network.ts'
import { type RawResponse, sendRaw } from './raw.ts'
import { createTab, type Tab } from './tab.ts'

export interface BrowserOptions {
  /** What typed addresses are relative to, and where `fetch` comes from before a page was opened. */
  readonly origin?: string | undefined
  /**
   * Public origins and the servers that stand behind them, as a proxy that ends TLS would have it:
   * `{ 'https://app.example': 'http://127.0.0.1:3000' }`. Everything but these and this computer is out of reach.
   */
  readonly hosts?: Readonly<Record<string, string>> | undefined
  /**
   * Whether `Secure` cookies work over plain http to this computer: `trusted` as in Chromium and Firefox (default),
   * `insecure` as in Safari.
   */
  readonly loopback?: LoopbackTrust | undefined
  /** Milliseconds one response may take. Default 10,000. */
  readonly timeout?: number | undefined
  /** Milliseconds since the epoch, for the lifetimes of cookies. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** A browser with one tab open. */
export interface Browser extends Tab {
  readonly cookies: CookieJar
  /** Another tab: its own page, the same cookies. */
  newTab(): Tab
  /**
   * Writes octets to a server as they are, with no cookies and no headers but those in `octets`, and reads until
   * the connection closes or is silent.
   */
  raw(octets: string | Uint8Array, options?: RawOptions): Promise<RawResponse>
}

export interface RawOptions {
  /** Origin of the server. Default: the browser's `origin`. */
  readonly to?: string | undefined
  /** Milliseconds of silence after which no more is expected. Default 1,000. */
  readonly patience?: number | undefined
}

/**
 * A strict little browser over real sockets: cookies by RFC 6265bis, addresses by the WHATWG URL standard, fetch
 * metadata, `Origin` and `Referer` as Chromium sends them. It runs no scripts.
 */
export function createBrowser(options: BrowserOptions = {}): Browser {
  const { origin, hosts = {}, loopback = 'trusted', timeout = 10_000, now = Date.now } = options
  const jar = createCookieJar(now, loopback)
  const network = createNetwork(hosts, timeout)
  const newTab = (): Tab => createTab({ jar, network }, origin)
  const first = newTab()
  return {
    get page() {
      return first.page
    },
    navigate: first.navigate,
    fetch: first.fetch,
    embed: first.embed,
    cookies: jar,
    newTab,
    raw: async (octets, { to = origin, patience = 1_000 } = {}) => {
      if (to === undefined) throw new Error('Raw octets need a server: give `to`, or create the browser with `origin`')
      return sendRaw(network.address(new URL(to)), octets, patience)
    },
  }
}
