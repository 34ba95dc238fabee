/// <reference lib="dom" />
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../../scripts/chromium.ts'
import { type RunningDemo, startDemo } from './running-demo.ts'
import { approve, choose, knock, meets, signIn } from './visitor.ts'

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

/** How to get to every page that a person can meet. */
const SCREENS: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  landing: (page) => page.goto('/'),
  'landing-signed-in': async (page) => {
    await signIn(page, 'AniList')
    await page.goto('/')
  },
  choose: (page) => page.goto('/me'),
  'openid-sign-in': (page) => knock(page, 'OpenID Provider'),
  inside: async (page) => {
    await signIn(page, 'AniList')
    await page.locator('[data-session]').waitFor()
  },
  'inside-openid': async (page) => {
    await signInElsewhere()
    await signIn(page, 'OpenID Provider')
    await page.locator('[data-session]').waitFor()
    await page.getByText('Name it').first().click()
  },
  'inside-busy': async (page) => {
    await signIn(page, 'AniList')
    await page.goto('/try/busy')
  },
  'inside-ended': async (page) => {
    await signIn(page, 'AniList')
    await page.request.post('/auth/logout', { headers: { 'x-postern': '1' } })
    await page.getByRole('alert').getByText('You are no longer signed in here.').waitFor()
  },
  through: async (page) => {
    await signIn(page, 'AniList')
    await page.goto('/through')
    await page.getByRole('button', { name: 'Send it through' }).click()
    await page.locator('[data-answer] pre').waitFor()
  },
  'through-openid': async (page) => {
    await signIn(page, 'OpenID Provider')
    await page.goto('/through')
    await page.getByRole('button', { name: 'Send it all the same' }).click()
    await page.locator('[data-answer] pre').waitFor()
  },
  declined: async (page) => {
    await knock(page, 'AniList')
    await page.getByRole('button', { name: 'Deny' }).click()
  },
  late: async (page) => {
    await page.goto('/try/late')
    await choose(page, 'AniList')
    await approve(page)
  },
  unreachable: async (page) => {
    await page.goto('/try/unreachable')
    await approve(page)
  },
  forged: (page) => page.goto('/auth/callback/anilist?code=forged&state=forged'),
  'wrong-room': async (page) => {
    await signIn(page, 'AniList')
    await page.goto('/keep')
  },
  keep: async (page) => {
    await signIn(page, 'OpenID Provider', 'Odile Ward')
    await page.goto('/keep')
  },
  lost: (page) => page.goto('/nothing'),
  'not-found': (page) => page.goto('/auth/login/nobody'),
  'confirm-sign-out': async (page) => {
    await signIn(page, 'AniList')
    await page.goto('/auth/logout')
  },
  'signed-out': async (page) => {
    await signIn(page, 'AniList')
    await page.getByRole('button', { name: 'Sign out' }).click()
  },
  'openid-also-sign-out': async (page) => {
    await signIn(page, 'OpenID Provider')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await meets(page, 'Sign out here too?')
  },
  'openid-sign-out': async (page) => {
    await signIn(page, 'OpenID Provider')
    await page.goto(`${demo.issuer}/session/end`)
  },
  'openid-signed-out': async (page) => {
    await signIn(page, 'OpenID Provider')
    await page.goto(`${demo.issuer}/session/end`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await meets(page, 'You are signed out here')
  },
  'openid-problem': (page) => page.goto(`${demo.issuer}/auth?client_id=nobody`),
}

/** The same person in a second browser, so that there is something to list. */
async function signInElsewhere(): Promise<void> {
  const context = await browser.newContext({ baseURL: demo.origin })
  await signIn(await context.newPage(), 'OpenID Provider')
  await context.close()
}

describe('every page', () => {
  it.each(Object.keys(SCREENS))('%s fits, has a heading and landmarks, and targets one can hit', async (name) => {
    const context = await browser.newContext({ baseURL: demo.origin, reducedMotion: 'reduce' })
    const page = await context.newPage()
    await SCREENS[name]?.(page)
    const seen = []
    for (const { look, colorScheme, viewport } of LOOKS) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize(viewport)
      await page.screenshot({ path: `${FOLDER}${name}-${look}.png`, fullPage: true })
      seen.push({ look, ...(await page.evaluate(inspectPage)) })
    }
    await context.close()
    const sound = { language: 'en', headings: 1, mains: 1, overflow: 0, unnamed: [], small: [] }
    expect(seen).toEqual(LOOKS.map(({ look }) => ({ look, ...sound })))
  })
})

/** Runs in the page. */
function inspectPage() {
  const controls = [
    ...document.querySelectorAll<HTMLElement>('a[href], button, summary, input:not([type=hidden]), textarea'),
  ].filter((control) => control.checkVisibility())
  const labelOf = (element: HTMLElement) =>
    element.closest('label') ?? document.querySelector(`label[for="${element.id}"]`)
  const nameOf = (element: HTMLElement) => (labelOf(element) ?? element).textContent ?? ''
  return {
    language: document.documentElement.lang,
    headings: document.querySelectorAll('h1').length,
    mains: document.querySelectorAll('main').length,
    overflow: Math.max(0, document.documentElement.scrollWidth - window.innerWidth),
    unnamed: controls.filter((control) => nameOf(control).trim() === '').map((control) => control.outerHTML),
    // WCAG 2.2, 2.5.5 excepts links within a sentence.
    small: controls
      .filter((control) => control.closest('p:not(.actions)') === null && !control.classList.contains('skip'))
      .filter((control) => (control.closest('label') ?? control).getBoundingClientRect().height < 44)
      .map(nameOf),
  }
}
