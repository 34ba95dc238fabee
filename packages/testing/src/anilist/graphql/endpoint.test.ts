import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessToken, REDIRECT_URI } from '../../../test/anilist-sign-in.ts'
import { json } from '../../../test/json.ts'
import { type StandInAniList, startStandInAniList } from '../stand-in.ts'

let time = Date.parse('2026-01-01')
let anilist: StandInAniList
let token: string

beforeAll(async () => {
  anilist = await startStandInAniList({ now: () => time, rateLimit: 1000 })
  token = await accessToken(anilist, anilist.register({ redirectUris: [REDIRECT_URI] }))
})
afterAll(() => anilist.close())

interface Refused {
  readonly errors: readonly { readonly message: string; readonly status: number; readonly locations?: unknown }[]
}

interface Watching {
  readonly data: {
    readonly list: {
      readonly lists: readonly {
        readonly name: string
        readonly entries: readonly { readonly media: { readonly coverImage: { readonly large: string } } }[]
      }[]
    }
  }
}

interface Asked {
  readonly query?: unknown
  readonly variables?: unknown
}

function ask(asked: Asked | string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(anilist.graphqlEndpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', referer: 'http://127.0.0.1:3000/', ...headers },
    body: typeof asked === 'string' ? asked : JSON.stringify(asked),
  })
}

const VIEWER = '{ Viewer { id name avatar { large } siteUrl } }'

describe('the GraphQL API', () => {
  it('turns away whoever sends no Referer, token or not', async () => {
    for (const headers of [{}, { authorization: `Bearer ${token}` }, { origin: 'http://127.0.0.1:3000' }]) {
      const response = await fetch(anilist.graphqlEndpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: VIEWER }),
      })
      expect(response.status).toBe(403)
      const [error] = (await json<Refused>(response)).errors
      expect(error?.status).toBe(403)
      expect(error?.message).toContain('temporarily disabled')
    }
  })

  it.each(['garbage', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiI3MTAwMDAxIn0.'])(
    'calls %s an invalid token, with 400',
    async (bad) => {
      const response = await ask({ query: VIEWER }, { authorization: `Bearer ${bad}` })
      expect(response.status).toBe(400)
      await expect(response.json()).resolves.toEqual({
        errors: [{ message: 'Invalid token', status: 400 }],
        data: null,
      })
    },
  )

  it('knows nobody without a token', async () => {
    const response = await ask({ query: VIEWER })
    expect(response.status).toBe(401)
    expect((await json<Refused>(response)).errors[0]).toMatchObject({ message: 'Unauthorized.', status: 401 })
  })

  it('says who signed in', async () => {
    const response = await ask({ query: VIEWER }, { authorization: `Bearer ${token}` })
    expect(response.status).toBe(200)
    const { data } = await json<{ data: { Viewer: { avatar: { large: string }; siteUrl: string } } }>(response)
    expect(data).toEqual({
      Viewer: {
        id: 7100001,
        name: 'lanternfox',
        avatar: { large: `${anilist.origin}/avatar/lanternfox.svg` },
        siteUrl: `${anilist.origin}/user/lanternfox`,
      },
    })
    for (const address of [data.Viewer.avatar.large, data.Viewer.siteUrl]) {
      expect((await fetch(address)).status).toBe(200)
    }
  })

  it('lists what somebody watches, with variables, aliases and filters', async () => {
    const query = `
      query Watching($user: String, $type: MediaType = ANIME) {
        list: MediaListCollection(userName: $user, type: $type, status: CURRENT) {
          lists { name entries { progress media { title { userPreferred } episodes coverImage { large } } } }
        }
      }`
    const response = await ask({ query, variables: { user: 'lanternfox' } }, { authorization: `Bearer ${token}` })
    const { lists } = (await json<Watching>(response)).data.list
    expect(lists.map(({ name }) => name)).toEqual(['Watching'])
    const first = lists[0]?.entries[0]
    expect(first).toMatchObject({
      progress: 4,
      media: { title: { userPreferred: 'Night Shift at the Bakery of Storms' }, episodes: 13 },
    })
    expect((await fetch(first?.media.coverImage.large ?? '')).headers.get('content-type')).toBe('image/svg+xml')
  })

  it.each([
    ['{ Viewer { password } }', 'Cannot query field "password" on type "User".'],
    ['{ Viewer }', 'Field "Viewer" of type "User" must have a selection of subfields.'],
    ['{ Viewer { id { x } } }', 'Field "id" must not have a selection of subfields.'],
    ['{ constructor }', 'Cannot query field "constructor" on type "Query".'],
    ['{ Viewer { id }', 'Syntax Error: Unexpected <EOF>'],
    ['mutation { x }', 'only queries are answered here'],
    ['{ ...F } fragment F on Query { Viewer { id } }', 'Syntax Error: Unexpected ...'],
    ['{ Viewer(id: %) { id } }', 'Syntax Error: Unexpected character'],
    ['{ MediaListCollection { lists { name } } }', 'A userId or userName is required.'],
    [`${'{ a '.repeat(40)}${'}'.repeat(40)}`, 'Max query depth exceeded.'],
  ])('explains what is wrong with %s', async (query, message) => {
    const response = await ask({ query }, { authorization: `Bearer ${token}` })
    expect(response.status).toBe(400)
    expect((await json<Refused>(response)).errors[0]?.message).toContain(message)
  })

  it('points at the place', async () => {
    const response = await ask(
      { query: '{\n  Viewer {\n    id\n    nothing\n  }\n}' },
      { authorization: `Bearer ${token}` },
    )
    expect((await json<Refused>(response)).errors[0]?.locations).toEqual([{ line: 4, column: 5 }])
  })

  it.each(['', '[]', 'null', '{"query":1}', '{'])('asks for a query when the body is %s', async (body) => {
    expect((await ask(body)).status).toBe(400)
  })

  it('forgets tokens that were revoked or have expired', async () => {
    const other = await startStandInAniList({ now: () => time, accessTokenLifetime: 60 })
    const client = other.register({ redirectUris: [REDIRECT_URI] })
    const status = async (bearer: string) => {
      const headers = { authorization: `Bearer ${bearer}`, referer: 'x', 'content-type': 'application/json' }
      const response = await fetch(other.graphqlEndpoint, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query: VIEWER }),
      })
      return response.status
    }
    const revoked = await accessToken(other, client)
    expect(await status(revoked)).toBe(200)
    other.revokeTokens()
    expect(await status(revoked)).toBe(400)
    const expired = await accessToken(other, client)
    expect(await status(expired)).toBe(200)
    time += 60_000
    expect(await status(expired)).toBe(400)
    await other.close()
  })
})
