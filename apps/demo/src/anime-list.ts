import type { SignedIn } from '@postern/core'

/** What became of asking AniList for the list: a page shows each of these, and none is an exception. */
export type AnimeList =
  | { readonly state: 'ready'; readonly groups: readonly AnimeGroup[] }
  | { readonly state: 'busy'; readonly retryAfter: number }
  | { readonly state: 'unavailable' }
  | { readonly state: 'sign-in-over' }

export interface AnimeGroup {
  readonly name: string
  readonly entries: readonly AnimeEntry[]
}

export interface AnimeEntry {
  readonly title: string
  readonly cover: string | undefined
  readonly progress: number
  /** `undefined` while the series still runs. */
  readonly episodes: number | undefined
  /** `undefined` when the user gave none. */
  readonly score: number | undefined
}

const QUERY = `query ($userId: Int) {
  MediaListCollection(userId: $userId, type: ANIME) {
    lists { name entries { progress score(format: POINT_10) media { title { userPreferred } coverImage { medium } episodes } } }
  }
}`

const TIMEOUT = 8_000
const DEFAULT_RETRY = 60

/** The signed-in user's anime, asked for by the server with the user's own token. Never rejects. */
export async function readAnimeList(auth: SignedIn, endpoint: string): Promise<AnimeList> {
  try {
    const response = await auth.fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: QUERY, variables: { userId: Number(auth.subject) } }),
      signal: AbortSignal.timeout(TIMEOUT),
    })
    return interpret(response.status, response.headers, await response.json())
  } catch {
    return { state: 'unavailable' }
  }
}

/** AniList says 400 `Invalid token` where others say 401, and 403 when its API is switched off. */
function interpret(status: number, headers: Headers, body: unknown): AnimeList {
  if (status === 429) return { state: 'busy', retryAfter: Number(headers.get('retry-after')) || DEFAULT_RETRY }
  if (status === 401 || (status === 400 && JSON.stringify(body).includes('Invalid token'))) {
    return { state: 'sign-in-over' }
  }
  const lists = at(body, 'data', 'MediaListCollection', 'lists')
  if (status !== 200 || !Array.isArray(lists)) return { state: 'unavailable' }
  return { state: 'ready', groups: lists.map(groupFrom).filter(({ entries }) => entries.length > 0) }
}

function groupFrom(list: unknown): AnimeGroup {
  const entries = at(list, 'entries')
  return { name: textAt(list, 'name') ?? 'List', entries: Array.isArray(entries) ? entries.map(entryFrom) : [] }
}

function entryFrom(entry: unknown): AnimeEntry {
  const score = numberAt(entry, 'score')
  return {
    title: textAt(entry, 'media', 'title', 'userPreferred') ?? 'Untitled',
    cover: textAt(entry, 'media', 'coverImage', 'medium'),
    progress: numberAt(entry, 'progress') ?? 0,
    episodes: numberAt(entry, 'media', 'episodes'),
    score: score === 0 ? undefined : score,
  }
}

/** A member of parsed JSON, however deep, or `undefined`. */
function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => {
    if (typeof inner !== 'object' || inner === null) return undefined
    return Object.entries(inner).find(([key]) => key === name)?.[1]
  }, value)
}

function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : undefined
}

function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path)
  return typeof found === 'number' ? found : undefined
}
