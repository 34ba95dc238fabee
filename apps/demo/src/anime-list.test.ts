import type { SignedIn } from '@postern/core'
import { type StandInAniList, startStandInAniList } from '@postern/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readAnimeList } from './anime-list.ts'

let standIn: StandInAniList

beforeAll(async () => {
  standIn = await startStandInAniList()
})

afterAll(() => standIn.close())

beforeEach(() => standIn.faults.clear())

/** What the gateway hands to a page, as far as the list needs it. The list is public: no token is wanted for it. */
function signedInAs(subject: string): SignedIn {
  return {
    authenticated: true,
    provider: 'anilist',
    subject,
    user: { id: subject },
    scope: [],
    signedInAt: new Date(),
    expiresAt: new Date(),
    signInAgainAt: new Date(),
    accessToken: async () => 'unused',
    fetch: (input, init) => {
      const headers = new Headers(init?.headers)
      headers.set('referer', 'http://localhost/')
      return fetch(input, { ...init, headers })
    },
  }
}

const read = (subject = '7100001') => readAnimeList(signedInAs(subject), standIn.graphqlEndpoint)

describe('readAnimeList', () => {
  it('reads the list in groups, with what is not known left out', async () => {
    const list = await read()
    expect(list).toMatchObject({ state: 'ready' })
    const groups = list.state === 'ready' ? list.groups : []
    expect(groups.map(({ name, entries }) => [name, entries.length])).toEqual([
      ['Watching', 2],
      ['Completed', 2],
      ['Planning', 1],
    ])
    expect(groups[0]?.entries[1]).toEqual({
      title: 'Seven Umbrellas North',
      cover: `${standIn.origin}/cover/900106.svg`,
      progress: 9,
      episodes: undefined,
      score: 8,
    })
    expect(groups[0]?.entries[0]?.score).toBeUndefined()
  })

  it('reads an empty list', async () => {
    expect(await read('7100004')).toEqual({ state: 'ready', groups: [] })
  })

  it('says how long to wait when AniList is asked too often', async () => {
    standIn.faults.set('graphql', 'rate-limited')
    expect(await read()).toEqual({ state: 'busy', retryAfter: 30 })
  })

  it('says that the sign-in is over when AniList refuses the token', async () => {
    standIn.faults.set('graphql', 'invalid-token')
    expect(await read()).toEqual({ state: 'sign-in-over' })
  })

  it.each(['down', 'html', 'html-503', 'disabled', 'not-json', 'error-in-200'] as const)(
    'says that AniList cannot be reached when its answer is: %s',
    async (fault) => {
      standIn.faults.set('graphql', fault)
      expect(await read()).toEqual({ state: 'unavailable' })
    },
  )

  it('says so too when AniList answers with something else altogether', async () => {
    for (const body of ['null', '[]', '{"data":{"MediaListCollection":{"lists":7}}}']) {
      standIn.faults.set('graphql', { status: 200, headers: { 'content-type': 'application/json' }, body })
      expect(await read()).toEqual({ state: 'unavailable' })
    }
  })
})
