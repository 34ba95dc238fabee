import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { type Answer, redirectAnswer } from './answer.ts'
import type { Page } from './page.ts'

const FOLDER = new URL('../../public/', import.meta.url)
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
}

/** Style, scripts and pictures of the pages: every file in `public`. */
export function assetPages(): readonly Page[] {
  // The gateway’s own pages name no icon, and browsers look for one all the same.
  const icon: Page = { path: '/favicon.ico', respond: () => redirectAnswer('/demo.svg') }
  return [icon, ...readdirSync(FOLDER).map(assetPage)]
}

function assetPage(name: string): Page {
  const answer: Answer = {
    status: 200,
    headers: {
      'content-type': `${TYPES[extname(name)] ?? 'application/octet-stream'}; charset=utf-8`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    },
    body: readFileSync(new URL(name, FOLDER), 'utf8'),
  }
  return { path: `/${name}`, respond: () => answer }
}
