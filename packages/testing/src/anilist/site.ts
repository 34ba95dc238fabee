import type { HttpAnswer } from '../server/answer.ts'
import { escapeHtml } from '../server/escape-html.ts'
import type { RecordedRequest } from '../server/recorded-request.ts'
import { ANIME } from './anime.ts'
import { page } from './page.ts'
import { avatar, cover } from './picture.ts'
import type { Service } from './service.ts'

/** Everything that is neither OAuth nor GraphQL: pictures, and the pages that links in the data lead to. */
export function siteEndpoint({ path }: RecordedRequest, { users }: Service): HttpAnswer {
  const [, kind, name = ''] = /^\/(avatar|cover|user|anime)\/([^/]+?)(?:\.svg)?$/.exec(path) ?? []
  const user = users.find((candidate) => encodeURIComponent(candidate.name) === name)
  const anime = ANIME.find(({ id }) => String(id) === name)
  if (kind === 'avatar' && user !== undefined) return avatar(user)
  if (kind === 'cover' && anime !== undefined) return cover(anime)
  if (kind === 'user' && user !== undefined) return simplePage(user.name, user.about)
  if (kind === 'anime' && anime !== undefined) return simplePage(anime.title, 'A series that exists nowhere but here.')
  if (path === '/') return simplePage('A stand-in AniList', 'Point an application at it to sign in without an account.')
  // Browsers look for it at every page that names none.
  if (path === '/favicon.ico') return { status: 204 }
  return page(404, 'Not found: stand-in for AniList', '<h1>There is nothing here</h1>')
}

function simplePage(title: string, sentence: string): HttpAnswer {
  return page(
    200,
    `${title}: stand-in for AniList`,
    `<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(sentence)}</p>`,
  )
}
