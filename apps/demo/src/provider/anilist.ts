import { insecureLoopback } from '@postern/core'
import { ANILIST_API, type AniListOptions } from '@postern/providers/anilist'
import { type StandInAniList, startStandInAniList } from '@postern/testing'

/** Which AniList the demo signs in with: AniList, or its stand-in. */
export interface DemoAniList {
  readonly options: AniListOptions
  /** Address of the GraphQL API. */
  readonly api: string
  /** Origin of avatars and covers. */
  readonly pictures: string
  readonly standIn: StandInAniList | undefined
}

/** The real AniList when both variables are set, and a stand-in that is started for it when neither is. */
export async function chooseAniList(
  { ANILIST_CLIENT_ID: clientId, ANILIST_CLIENT_SECRET: clientSecret }: NodeJS.ProcessEnv,
  redirectUri: string,
): Promise<DemoAniList> {
  if (clientId && clientSecret) {
    return {
      options: { clientId, clientSecret },
      api: ANILIST_API,
      pictures: 'https://s4.anilist.co',
      standIn: undefined,
    }
  }
  if (clientId || clientSecret) {
    throw new Error('ANILIST_CLIENT_ID and ANILIST_CLIENT_SECRET belong together, and one of them is not set.')
  }
  const standIn = await startStandInAniList()
  const client = standIn.register({ name: 'Postern demo', redirectUris: [redirectUri] })
  return {
    options: {
      clientId: client.id,
      clientSecret: client.secret,
      loopback: insecureLoopback,
      endpoints: {
        authorization: standIn.authorizationEndpoint,
        token: standIn.tokenEndpoint,
        userinfo: standIn.graphqlEndpoint,
      },
    },
    api: standIn.graphqlEndpoint,
    pictures: standIn.origin,
    standIn,
  }
}
