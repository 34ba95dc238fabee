import type { FaultName, StandInAniList } from '@postern/testing'
import type { OpenIdProvider } from '../openid-provider/openid-provider.ts'
import { redirectAnswer } from './answer.ts'
import type { Page } from './page.ts'

/** Addresses that make something go wrong, once, and lead to where one meets it. */
export function troublePages(openIdProvider: OpenIdProvider, standIn: StandInAniList | undefined): readonly Page[] {
  return [
    {
      path: '/try/late',
      respond({ browser }) {
        browser.lateness = 'soon'
        return redirectAnswer('/auth/login?return_to=%2Fme')
      },
    },
    {
      path: '/try/openid-provider-down',
      respond() {
        openIdProvider.cutNextTokenRequest()
        return redirectAnswer('/auth/login/openid?return_to=%2Fme')
      },
    },
    ...(standIn === undefined ? [] : standInTroubles(standIn)),
  ]
}

function standInTroubles({ faults }: StandInAniList): readonly Page[] {
  const failingApi = (path: string, fault: FaultName): Page => ({
    path,
    guard: { provider: 'anilist' },
    respond() {
      faults.set('graphql', fault, 1)
      return redirectAnswer('/me')
    },
  })
  return [
    {
      path: '/try/unreachable',
      respond() {
        faults.set('token', 'down', 1)
        return redirectAnswer('/auth/login/anilist?return_to=%2Fme')
      },
    },
    failingApi('/try/busy', 'rate-limited'),
    failingApi('/try/forgotten', 'invalid-token'),
  ]
}
