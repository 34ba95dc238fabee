import type { HttpAnswer } from '../server/answer.ts'
import { escapeHtml } from '../server/escape-html.ts'
import type { Anime } from './anime.ts'
import type { AniListUser } from './user.ts'

/** A round face in the user's colour. Drawn from the user alone, so it is always the same. */
export function avatar({ id, colour }: AniListUser): HttpAnswer {
  const tilt = (id % 5) * 12 - 24
  return svg(
    '0 0 96 96',
    `<rect width="96" height="96" fill="${escapeHtml(colour)}"/>
<g transform="rotate(${tilt} 48 52)" fill="#fff">
<circle cx="48" cy="52" r="26"/><path d="M26 40 30 16 46 30zM70 40 66 16 50 30z"/>
<g fill="#1c1c22"><circle cx="39" cy="50" r="4"/><circle cx="57" cy="50" r="4"/></g>
</g>`,
  )
}

/** A plain cover: a horizon and a sun. */
export function cover({ id, colour }: Anime): HttpAnswer {
  const height = 70 + (id % 7) * 9
  return svg(
    '0 0 120 170',
    `<rect width="120" height="170" fill="${escapeHtml(colour)}"/>
<circle cx="${30 + (id % 4) * 20}" cy="${height - 20}" r="18" fill="#fff" fill-opacity=".85"/>
<path d="M0 ${height + 20}q30-18 60 0t60 0V170H0z" fill="#000" fill-opacity=".35"/>`,
  )
}

function svg(viewBox: string, content: string): HttpAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'image/svg+xml', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
    body: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${viewBox}">${content}</svg>`,
  }
}
