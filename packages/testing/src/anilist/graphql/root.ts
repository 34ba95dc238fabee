import { ANIME, type Anime } from '../anime.ts'
import type { AniListUser, ListEntry } from '../user.ts'
import { GraphqlError } from './graphql-error.ts'
import type { Field, Source } from './select.ts'

/** What a query can ask for at the top. `viewer` is whoever the access token stands for. */
export function queryRoot(origin: string, users: readonly AniListUser[], viewer: AniListUser | undefined): Source {
  const find = ({ id, userId = id, name, userName = name }: Readonly<Record<string, unknown>>): AniListUser => {
    if (userId === undefined && userName === undefined) throw new GraphqlError('A userId or userName is required.')
    const user = users.find((candidate) => candidate.id === userId || candidate.name === userName)
    if (user === undefined) throw new GraphqlError('User not found', 404)
    return user
  }
  return {
    __typename: 'Query',
    Viewer: () => {
      if (viewer === undefined) throw new GraphqlError('Unauthorized.', 401)
      return userSource(origin, viewer)
    },
    User: (given) => userSource(origin, find(given)),
    Media: ({ id }) => {
      const anime = ANIME.find((candidate) => candidate.id === id)
      if (anime === undefined) throw new GraphqlError('Not Found.', 404)
      return mediaSource(origin, anime)
    },
    MediaListCollection: (given) => listSource(origin, find(given), given),
  }
}

function userSource(origin: string, { id, name, about }: AniListUser): Source {
  const picture = `${origin}/avatar/${encodeURIComponent(name)}.svg`
  return {
    __typename: 'User',
    id,
    name,
    about,
    avatar: { __typename: 'UserAvatar', large: picture, medium: picture },
    bannerImage: null,
    siteUrl: `${origin}/user/${encodeURIComponent(name)}`,
  }
}

const LISTS = { CURRENT: 'Watching', COMPLETED: 'Completed', PLANNING: 'Planning' } as const

function listSource(origin: string, user: AniListUser, { type, status }: Readonly<Record<string, unknown>>): Source {
  const entries = type === 'MANGA' ? [] : user.list.filter((entry) => status === undefined || entry.status === status)
  const statuses = [...new Set(entries.map((entry) => entry.status))]
  return {
    __typename: 'MediaListCollection',
    user: userSource(origin, user),
    hasNextChunk: false,
    lists: statuses.map((listed) => ({
      __typename: 'MediaListGroup',
      name: LISTS[listed],
      status: listed,
      isCustomList: false,
      entries: entries.filter((entry) => entry.status === listed).map((entry) => entrySource(origin, user, entry)),
    })),
  }
}

function entrySource(origin: string, user: AniListUser, { media, status, progress, score }: ListEntry): Source {
  const anime = ANIME.find((candidate) => candidate.id === media)
  return {
    __typename: 'MediaList',
    id: user.id * 1000 + (media % 1000),
    mediaId: media,
    status,
    progress,
    score,
    media: anime === undefined ? null : mediaSource(origin, anime),
  }
}

function mediaSource(origin: string, { id, title, episodes, format, year, colour }: Anime): Source {
  const cover = `${origin}/cover/${id}.svg`
  const titles: Field = { __typename: 'MediaTitle', romaji: title, english: title, native: title, userPreferred: title }
  return {
    __typename: 'Media',
    id,
    type: 'ANIME',
    format,
    episodes,
    seasonYear: year,
    title: titles,
    coverImage: { __typename: 'MediaCoverImage', extraLarge: cover, large: cover, medium: cover, color: colour },
    siteUrl: `${origin}/anime/${id}`,
  }
}
