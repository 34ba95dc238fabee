/** Somebody who can sign in at the stand-in. */
export interface AniListUser {
  readonly id: number
  readonly name: string
  /** One line for the consent page. */
  readonly about: string
  /** Of the avatar, as CSS writes it. */
  readonly colour: string
  readonly list: readonly ListEntry[]
}

export interface ListEntry {
  /** Id of an entry of `ANIME`. */
  readonly media: number
  readonly status: 'CURRENT' | 'COMPLETED' | 'PLANNING'
  readonly progress: number
  /** 0 to 10; 0 is no score. */
  readonly score: number
}

/** The people a stand-in starts with. They are made up. */
export const USERS: readonly AniListUser[] = [
  {
    id: 7100001,
    name: 'lanternfox',
    about: 'One episode a night, and never two.',
    colour: '#c2571a',
    list: [
      entry(900105, 'CURRENT', 4, 0),
      entry(900106, 'CURRENT', 9, 8),
      entry(900101, 'COMPLETED', 12, 9),
      entry(900104, 'COMPLETED', 1, 7),
      entry(900108, 'PLANNING', 0, 0),
    ],
  },
  {
    id: 7100002,
    name: 'quietharbour',
    about: 'Has finished everything ever started.',
    colour: '#2f6f8f',
    list: [entry(900107, 'COMPLETED', 26, 10), entry(900103, 'COMPLETED', 11, 8), entry(900102, 'COMPLETED', 24, 6)],
  },
  {
    id: 7100003,
    name: 'mossandrain',
    about: 'Plans a great deal.',
    colour: '#4d7a4a',
    list: [
      entry(900103, 'CURRENT', 2, 0),
      entry(900101, 'PLANNING', 0, 0),
      entry(900102, 'PLANNING', 0, 0),
      entry(900107, 'PLANNING', 0, 0),
    ],
  },
  { id: 7100004, name: 'papercomet', about: 'Joined a minute ago: the list is empty.', colour: '#7b4a86', list: [] },
]

function entry(media: number, status: ListEntry['status'], progress: number, score: number): ListEntry {
  return { media, status, progress, score }
}
