import { readFileSync } from 'node:fs'
import type { StandInAniList } from '@postern/testing'
import { readAnimeList } from '../anime-list.ts'
import type { DemoProvider } from '../provider.ts'
import type { Running } from '../view/document.ts'
import { insideView } from '../view/inside.ts'
import { keepView } from '../view/keep.ts'
import { landingView } from '../view/landing.ts'
import { timelineItems } from '../view/timeline.ts'
import { type Answer, htmlAnswer, redirectAnswer } from './answer.ts'
import type { Page } from './page.ts'

const SIGN_IN = '/auth/login/anilist?return_to=%2Fme'

/** Every page of the demo. */
export function demoPages({ api, pictures, standIn }: DemoProvider, running: Running): readonly Page[] {
  return [
    {
      path: '/',
      respond: ({ auth, browser }) => htmlAnswer(landingView(auth, browser.timeline, running), pictures),
    },
    {
      path: '/me',
      guard: {},
      async respond({ auth, browser }) {
        if (!auth.authenticated) return redirectAnswer('/')
        const list = await readAnimeList(auth, api)
        return htmlAnswer(insideView(auth, list, browser.timeline, running), pictures)
      },
    },
    {
      path: '/keep',
      guard: { where: ({ user }) => user.name === 'castellan' },
      respond: () => htmlAnswer(keepView(running), pictures),
    },
    {
      path: '/timeline',
      respond({ browser, query }) {
        const after = Number(query.get('after') ?? 0)
        return htmlAnswer(timelineItems(browser.timeline.filter(({ sequence }) => sequence > after)), pictures)
      },
    },
    {
      path: '/try/late',
      respond({ browser }) {
        browser.lateness = 'soon'
        return redirectAnswer(SIGN_IN)
      },
    },
    ...(standIn === undefined ? [] : standInTroubles(standIn)),
    asset('demo.css', 'text/css'),
    asset('demo.js', 'text/javascript'),
    asset('demo.svg', 'image/svg+xml'),
  ]
}

/** What only a provider of our own can be asked to do: fail, once. */
function standInTroubles({ faults }: StandInAniList): readonly Page[] {
  return [
    {
      path: '/try/unreachable',
      respond() {
        faults.set('token', 'down', 1)
        return redirectAnswer(SIGN_IN)
      },
    },
    {
      path: '/try/busy',
      guard: {},
      respond() {
        faults.set('graphql', 'rate-limited', 1)
        return redirectAnswer('/me')
      },
    },
  ]
}

function asset(name: string, type: string): Page {
  const body = readFileSync(new URL(`../../public/${name}`, import.meta.url), 'utf8')
  const headers = {
    'content-type': `${type}; charset=utf-8`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
  }
  const answer: Answer = { status: 200, headers, body }
  return { path: `/${name}`, respond: () => answer }
}
