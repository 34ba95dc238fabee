import { afterEach, describe, expect, it } from 'vitest'
import { decide, REDIRECT_URI } from '../../test/anilist-sign-in.ts'
import type { StandInAniListOptions } from './options.ts'
import { type StandInAniList, startStandInAniList } from './stand-in.ts'

let anilist: StandInAniList | undefined

afterEach(() => anilist?.close())

async function denied(options: StandInAniListOptions, redirectUri = REDIRECT_URI): Promise<URL> {
  anilist = await startStandInAniList(options)
  return decide(anilist, anilist.register({ redirectUris: [redirectUri] }), { decision: 'deny' })
}

describe('a denial', () => {
  it.each([
    ['with-state', 'error=access_denied&state=the-state'],
    ['empty-state', 'error=access_denied&state='],
    ['without-state', 'error=access_denied'],
  ] as const)('comes back %s', async (denial, query) => {
    expect((await denied({ denial })).search).toBe(`?${query}`)
  })

  it('is explained by newer engines, state first', async () => {
    const { searchParams } = await denied({ engine: 'league-8' })
    expect([...searchParams.keys()]).toEqual(['state', 'error', 'error_description', 'hint', 'message'])
    expect(searchParams.get('hint')).toBe('The user denied the request')
  })

  it('is explained once by the newest', async () => {
    const { searchParams } = await denied({ engine: 'league-9', denial: 'without-state' })
    expect([...searchParams.keys()]).toEqual(['error', 'error_description', 'hint'])
  })

  it('keeps the query of a redirect URI', async () => {
    expect((await denied({}, `${REDIRECT_URI}?tenant=1`)).search).toBe('?tenant=1&error=access_denied&state=the-state')
  })
})
