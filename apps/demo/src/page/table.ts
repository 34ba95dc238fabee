import type { SessionAdministration } from '@postern/core'
import { readAnimeList } from '../anime-list.ts'
import { readClaims } from '../claims.ts'
import type { OpenIdProvider } from '../openid-provider/openid-provider.ts'
import type { DemoAniList } from '../provider/anilist.ts'
import { readSessions } from '../session-list.ts'
import { claimsSection } from '../view/claims.ts'
import type { Running } from '../view/document.ts'
import { markupOf } from '../view/html.ts'
import { insideView } from '../view/inside.ts'
import { keepView } from '../view/keep.ts'
import { landingView } from '../view/landing.ts'
import { lostView } from '../view/lost.ts'
import { sessionsContent } from '../view/sessions.ts'
import { shelf } from '../view/shelf.ts'
import { throughView } from '../view/through.ts'
import { timelineItems } from '../view/timeline.ts'
import { htmlAnswers, redirectAnswer } from './answer.ts'
import { assetPages } from './asset.ts'
import type { Page } from './page.ts'
import { troublePages } from './trouble.ts'

export interface Furnishings {
  readonly aniList: DemoAniList
  readonly openIdProvider: OpenIdProvider
  readonly sessions: Pick<SessionAdministration, 'list'>
  readonly running: Running
}

/** Every page of the demo. */
export function demoPages({ aniList, openIdProvider, sessions, running }: Furnishings): readonly Page[] {
  const { issuer } = openIdProvider
  const answer = htmlAnswers({ pictures: [aniList.pictures, issuer], signOut: issuer })
  return [
    {
      path: '/',
      guard: 'optional',
      respond: ({ auth, browser }) => answer(landingView(auth, browser.timeline, running)),
    },
    {
      path: '/me',
      guard: {},
      async respond({ auth, browser: { timeline } }) {
        if (!auth.authenticated) return redirectAnswer('/')
        const belongings =
          auth.provider === 'anilist'
            ? shelf(await readAnimeList(auth, aniList.api))
            : claimsSection(await readClaims(auth, issuer))
        const list = await readSessions(auth, running.store, sessions)
        return answer(insideView({ auth, belongings, sessions: list, timeline, running }))
      },
    },
    {
      path: '/me/sessions',
      guard: {},
      async respond({ auth }) {
        if (!auth.authenticated) return redirectAnswer('/')
        return answer(markupOf(sessionsContent(await readSessions(auth, running.store, sessions))))
      },
    },
    {
      path: '/through',
      guard: {},
      respond: ({ auth, browser }) =>
        auth.authenticated ? answer(throughView(auth, browser.timeline, running)) : redirectAnswer('/'),
    },
    {
      path: '/keep',
      guard: { where: ({ provider, subject }) => provider === 'openid' && subject === 'castellan' },
      respond: ({ auth }) => answer(keepView(auth, running)),
    },
    {
      // It asks nobody who they are, so that a page may look as often as it likes and keep no session alive.
      path: '/timeline',
      respond({ browser, query }) {
        const after = Number(query.get('after') ?? 0)
        return answer(timelineItems(browser.timeline.filter(({ sequence }) => sequence > after)))
      },
    },
    ...troublePages(openIdProvider, aniList.standIn),
    ...assetPages(),
    { path: '*', guard: 'optional', respond: ({ auth }) => answer(lostView(auth, running), 404) },
  ]
}
