/// <reference lib="dom" />
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../../scripts/chromium.ts'
import { type RunningDemo, startDemo } from './running-demo.ts'

const FOLDER = fileURLToPath(new URL('../../../artifacts/screenshots/', import.meta.url))
const LOOKS = [
  { look: 'light', colorScheme: 'light', viewport: { width: 1200, height: 800 } },
  { look: 'dark', colorScheme: 'dark', viewport: { width: 1200, height: 800 } },
  { look: 'phone', colorScheme: 'light', viewport: { width: 360, height: 740 } },
  { look: 'phone-dark', colorScheme: 'dark', viewport: { width: 360, height: 740 } },
] as const

let browser: Browser
let demo: RunningDemo

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true })
  browser = await launchChromium()
  demo = await startDemo('Fastify')
})

afterAll(async () => {
  await browser.close()
  await demo.close()
})

const approve = (page: Page) => page.getByRole('button', { name: 'Approve' }).click()

async function signIn(page: Page): Promise<void> {
  await page.goto('/me')
  await approve(page)
}

/** How to get to every page that a person can meet. */
const SCREENS: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  landing: (page) => page.goto('/'),
  'landing-signed-in': async (page) => {
    await signIn(page)
    await page.goto('/')
  },
  inside: async (page) => {
    await signIn(page)
    await page.locator('[data-session]').waitFor()
  },
  'inside-busy': async (page) => {
    await signIn(page)
    await page.goto('/try/busy')
  },
  declined: async (page) => {
    await page.goto('/me')
    await page.getByRole('button', { name: 'Deny' }).click()
  },
  late: async (page) => {
    await page.goto('/try/late')
    await approve(page)
  },
  unreachable: async (page) => {
    await page.goto('/try/unreachable')
    await approve(page)
  },
  forged: (page) => page.goto('/auth/callback/anilist?code=forged&state=forged'),
  'wrong-room': async (page) => {
    await signIn(page)
    await page.goto('/keep')
  },
  'not-found': (page) => page.goto('/auth/login/nobody'),
  'confirm-sign-out': async (page) => {
    await signIn(page)
    await page.goto('/auth/logout')
  },
  'signed-out': async (page) => {
    await signIn(page)
    await page.getByRole('button', { name: 'Sign out' }).click()
  },
}

describe.each(LOOKS)('in $look', ({ look, colorScheme, viewport }) => {
  it.each(Object.keys(SCREENS))('%s fits, has a heading and landmarks, and targets one can hit', async (name) => {
    const context = await browser.newContext({ baseURL: demo.origin, colorScheme, viewport, reducedMotion: 'reduce' })
    const page = await context.newPage()
    await SCREENS[name]?.(page)
    await page.screenshot({ path: `${FOLDER}${name}-${look}.png`, fullPage: true })
    const seen = await page.evaluate(inspectPage)
    await context.close()
    expect(seen).toEqual({ language: 'en', headings: 1, mains: 1, overflow: 0, unnamed: [], small: [] })
  })
})

/** Runs in the page. */
function inspectPage() {
  const controls = [...document.querySelectorAll<HTMLElement>('a[href], button')]
  const nameOf = (element: HTMLElement) => element.textContent || element.getAttribute('aria-label') || ''
  return {
    language: document.documentElement.lang,
    headings: document.querySelectorAll('h1').length,
    mains: document.querySelectorAll('main').length,
    overflow: Math.max(0, document.documentElement.scrollWidth - window.innerWidth),
    unnamed: controls.filter((control) => nameOf(control).trim() === '').map((control) => control.outerHTML),
    // WCAG 2.2, 2.5.5 excepts links within a sentence.
    small: controls
      .filter((control) => control.closest('p:not(.actions)') === null && !control.classList.contains('skip'))
      .filter((control) => control.getBoundingClientRect().height < 44)
      .map(nameOf),
  }
}
