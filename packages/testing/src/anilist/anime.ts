/** A series that exists nowhere but here. */
export interface Anime {
  readonly id: number
  readonly title: string
  /** `null` while it still runs, as AniList says it. */
  readonly episodes: number | null
  readonly format: 'TV' | 'MOVIE' | 'ONA'
  readonly year: number
  /** Of its cover, as CSS writes it. */
  readonly colour: string
}

export const ANIME: readonly Anime[] = [
  { id: 900101, title: 'The Lighthouse That Hums', episodes: 12, format: 'TV', year: 2019, colour: '#2f6f8f' },
  { id: 900102, title: 'Paper Comets', episodes: 24, format: 'TV', year: 2021, colour: '#b4533c' },
  { id: 900103, title: 'Moss Between the Rails', episodes: 11, format: 'TV', year: 2017, colour: '#4d7a4a' },
  { id: 900104, title: 'A Tailor for the Tide', episodes: 1, format: 'MOVIE', year: 2022, colour: '#5a5f9e' },
  {
    id: 900105,
    title: 'Night Shift at the Bakery of Storms',
    episodes: 13,
    format: 'TV',
    year: 2023,
    colour: '#a8752b',
  },
  { id: 900106, title: 'Seven Umbrellas North', episodes: null, format: 'TV', year: 2026, colour: '#7b4a86' },
  { id: 900107, title: 'The Quiet Cartographers', episodes: 26, format: 'TV', year: 2015, colour: '#3a6b66' },
  { id: 900108, title: 'Kite School', episodes: 6, format: 'ONA', year: 2024, colour: '#8d3f5d' },
]
