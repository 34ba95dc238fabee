import { setImmediate } from 'node:timers/promises'
import type { GatewayEvent } from '@postern/core'
import { describe, expect, it } from 'vitest'
import { type Browsers, createBrowsers } from './browser.ts'

const STARTED: GatewayEvent = { type: 'sign_in_started', provider: 'anilist', time: 0, reference: 'r' }
const SIGNED_IN: GatewayEvent = {
  type: 'signed_in',
  provider: 'openid',
  subject: 'maren',
  session: 's',
  time: 0,
  reference: 'r',
}
const ENDED: GatewayEvent = { ...SIGNED_IN, type: 'session_ended', cause: 'provider' }
const FAILED: GatewayEvent = { type: 'request_refused', code: 'state_missing', time: 0, reference: 'r' }

/** Enters as a new browser, and hands back its cookie. */
function arrive(browsers: Browsers): string {
  const line = browsers.enter(undefined, (greeting) => greeting)
  return line?.split(';')[0] ?? ''
}

const typesOf = (browsers: Browsers, cookie: string) =>
  browsers.enter(cookie, () => browsers.current()?.timeline.map(({ event }) => event.type))

describe('browsers', () => {
  it('gives a new browser a cookie that no script can read, and knows it again', () => {
    const browsers = createBrowsers()
    const line = browsers.enter(undefined, (greeting) => greeting)
    expect(line).toMatch(/^demo-browser=[0-9a-f-]{36}; Path=\/; HttpOnly; SameSite=Lax$/)
    expect(browsers.enter(`a=b; ${arrive(browsers)}; c=d`, (greeting) => greeting)).toBeUndefined()
  })

  it('writes an event into the timeline of the browser it happened for, across what is awaited', async () => {
    const browsers = createBrowsers()
    const [one, other] = [arrive(browsers), arrive(browsers)]
    await Promise.all([
      browsers.enter(one, async () => {
        await setImmediate()
        browsers.record(STARTED)
      }),
      browsers.enter(other, async () => browsers.record(FAILED)),
    ])
    expect(typesOf(browsers, one)).toEqual(['sign_in_started'])
    expect(typesOf(browsers, other)).toEqual(['request_refused'])
  })

  it('tells the browser whose session was ended by somebody else, and whoever ended it', () => {
    const browsers = createBrowsers()
    const [holder, other, stranger] = [arrive(browsers), arrive(browsers), arrive(browsers)]
    browsers.enter(holder, () => browsers.record(SIGNED_IN))
    browsers.enter(other, () => browsers.record(ENDED))
    browsers.record({ ...ENDED, session: 'unknown' })
    expect(typesOf(browsers, holder)).toEqual(['signed_in', 'session_ended'])
    expect(typesOf(browsers, other)).toEqual(['session_ended'])
    expect(typesOf(browsers, stranger)).toEqual([])
  })

  it('tells it also when nobody’s browser is there, as when a provider calls', () => {
    const browsers = createBrowsers()
    const holder = arrive(browsers)
    browsers.enter(holder, () => browsers.record(SIGNED_IN))
    browsers.record(ENDED)
    expect(typesOf(browsers, holder)).toEqual(['signed_in', 'session_ended'])
  })

  it('drops an event that happens for nobody', () => {
    const browsers = createBrowsers()
    browsers.record(STARTED)
    expect(browsers.current()).toBeUndefined()
  })

  it('keeps counting when old entries have been forgotten', () => {
    const browsers = createBrowsers()
    const sequences = browsers.enter(arrive(browsers), () => {
      for (let count = 0; count < 105; count += 1) browsers.record(STARTED)
      return browsers.current()?.timeline.map(({ sequence }) => sequence)
    })
    expect(sequences).toHaveLength(100)
    expect(sequences?.at(-1)).toBe(105)
  })

  it('sets the clock ahead between the start and the end of one sign-in, for one browser', () => {
    const browsers = createBrowsers()
    const isAhead = () => browsers.now() - Date.now() > 10 * 60_000
    const cookie = arrive(browsers)
    browsers.enter(cookie, () => {
      const browser = browsers.current()
      if (browser !== undefined) browser.lateness = 'soon'
      expect(isAhead()).toBe(false)
      browsers.record(STARTED)
      expect(isAhead()).toBe(true)
      expect(browsers.enter(arrive(browsers), isAhead)).toBe(false)
      browsers.record(FAILED)
      expect(isAhead()).toBe(false)
    })
    expect(isAhead()).toBe(false)
  })
})
