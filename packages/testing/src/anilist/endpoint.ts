import type { FaultyEndpoint } from './fault.ts'

/** Where a request to the stand-in went. `site` is pictures, profile pages, and whatever does not exist. */
export type AniListEndpoint = FaultyEndpoint | 'site'

const PATHS: Readonly<Record<string, FaultyEndpoint>> = {
  '/api/v2/oauth/authorize': 'authorize',
  '/api/v2/oauth/token': 'token',
}

/** AniList's API is another host, where `POST /` is the query. Here it shares the origin with the site. */
export function endpointOf(method: string | undefined, path: string): AniListEndpoint {
  if (path === '/' && method !== 'GET' && method !== 'HEAD') return 'graphql'
  return PATHS[path] ?? 'site'
}
