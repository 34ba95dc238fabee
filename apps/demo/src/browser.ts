import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { GatewayEvent } from '@postern/core'

/** One visitor's browser: whose timeline an event belongs to, and whose clock is wrong. */
export interface Browser {
  readonly id: string
  readonly timeline: TimelineEntry[]
  /** Public name of the session it was given last. */
  session: string | undefined
  /** `soon`: from the moment its next sign-in has started, until that has ended. */
  lateness: 'none' | 'soon' | 'now'
}

export interface TimelineEntry {
  /** Counts up within a browser, from 1. */
  readonly sequence: number
  readonly event: GatewayEvent
}

/** The browsers this demo has seen. Events name no browser, so the requests they happen in are followed instead. */
export interface Browsers {
  /**
   * Runs `next`, and everything it starts, on behalf of the browser that sent these cookies. A new browser is to be
   * given a cookie: `next` gets the `Set-Cookie` line.
   */
  enter<T>(cookieHeader: string | undefined, next: (greeting: string | undefined) => T): T
  current(): Browser | undefined
  /**
   * Writes an event into the current browser's timeline, and into that of the browser whose session it is about: one
   * can be ended from another browser, or by the provider.
   */
  record(event: GatewayEvent): void
  /** The time, in milliseconds since the epoch: eleven minutes ahead for a browser that is late. */
  now(): number
}

const MAX_BROWSERS = 1000
const MAX_ENTRIES = 100
const ELEVEN_MINUTES = 11 * 60_000
const COOKIE = 'demo-browser'

export function createBrowsers(): Browsers {
  const context = new AsyncLocalStorage<Browser>()
  const known = new Map<string, Browser>()

  const find = (id: string | undefined): Browser => {
    const browser = (id === undefined ? undefined : known.get(id)) ?? newBrowser(id)
    // Putting it last keeps the map in order of use: the first is the one to forget.
    known.delete(browser.id)
    known.set(browser.id, browser)
    const [oldest] = known.keys()
    if (known.size > MAX_BROWSERS && oldest !== undefined) known.delete(oldest)
    return browser
  }

  return {
    enter(cookieHeader, next) {
      const id = idFrom(cookieHeader)
      const browser = find(id)
      return context.run(browser, () => next(id === undefined ? greeting(browser) : undefined))
    },
    current: () => context.getStore(),
    record(event) {
      const browser = context.getStore()
      const session = 'session' in event ? event.session : undefined
      const holder = [...known.values()].find((other) => session !== undefined && other.session === session)
      if (holder !== undefined && holder !== browser) write(holder, event)
      if (browser === undefined) return
      write(browser, event)
      if (event.type === 'signed_in') browser.session = session
      browser.lateness = event.type === 'sign_in_started' && browser.lateness === 'soon' ? 'now' : 'none'
    },
    now: () => Date.now() + (context.getStore()?.lateness === 'now' ? ELEVEN_MINUTES : 0),
  }
}

function write({ timeline }: Browser, event: GatewayEvent): void {
  timeline.push({ sequence: (timeline.at(-1)?.sequence ?? 0) + 1, event })
  if (timeline.length > MAX_ENTRIES) timeline.shift()
}

/** The line that makes a browser recognisable to the demo. It names nobody and opens nothing. */
function greeting(browser: Browser): string {
  return `${COOKIE}=${browser.id}; Path=/; HttpOnly; SameSite=Lax`
}

function newBrowser(id: string = randomUUID()): Browser {
  return { id, timeline: [], session: undefined, lateness: 'none' }
}

function idFrom(cookieHeader = ''): string | undefined {
  return new RegExp(`(?:^|;\\s*)${COOKIE}=([0-9a-f-]{36})(?:;|$)`).exec(cookieHeader)?.[1]
}
