import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { launchChromium } from '../../../scripts/chromium.ts'
import { type AdapterName, type RunningDemo, startDemo } from './running-demo.ts'

export const ADAPTERS: readonly AdapterName[] = ['Fastify', 'Koa']

/** The demo, and a browser that nobody has used yet for each test. */
export interface Stage {
  readonly demo: RunningDemo
  readonly context: BrowserContext
  readonly page: Page
  /** Another browser, with cookies of its own. It is closed with the test. */
  newContext(options?: BrowserContextOptions): Promise<BrowserContext>
}

/** A browser for all tests of a file: starting one takes longer than most tests. */
export function useChromium(): { readonly browser: Browser } {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())
  return {
    get browser() {
      return browser
    },
  }
}

/**
 * Starts the demo for the tests of a `describe`, which fail when a page has a script that breaks, or something that a
 * policy blocks.
 */
export function useStage(
  chromium: { readonly browser: Browser },
  adapterName: AdapterName,
  store?: Parameters<typeof startDemo>[1],
): Stage {
  let demo: RunningDemo
  let page: Page
  let contexts: BrowserContext[] = []
  let complaints: string[] = []

  const newContext: Stage['newContext'] = async (more) => {
    const context = await chromium.browser.newContext({ baseURL: demo.origin, ...more })
    context.on('weberror', (error) => complaints.push(error.error().message))
    context.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        complaints.push(message.text())
      }
    })
    context.setDefaultTimeout(10_000)
    contexts.push(context)
    return context
  }

  beforeAll(async () => {
    demo = await startDemo(adapterName, store)
  })

  afterAll(() => demo.close())

  beforeEach(async () => {
    complaints = []
    contexts = []
    page = await (await newContext()).newPage()
  })

  afterEach(async () => {
    for (const context of contexts) await context.close()
    expect(complaints).toEqual([])
  })

  return {
    get demo() {
      return demo
    },
    get context() {
      return page.context()
    },
    get page() {
      return page
    },
    newContext,
  }
}
