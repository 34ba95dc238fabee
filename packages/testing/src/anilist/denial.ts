import { errorMembers } from './league-error.ts'
import type { Service } from './service.ts'

/**
 * Where a denial sends the browser. Old versions of Laravel take `state` from their consent form, so a form that
 * does not post it makes it come back empty.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1
 */
export function denialUri(redirectUri: string, state: string | undefined, { engine, denial }: Service): string {
  const returned = { 'with-state': state ?? '', 'empty-state': '', 'without-state': undefined }[denial]
  if (engine.denialBy === 'form') return withParameters(redirectUri, { error: 'access_denied', state: returned })
  const error = { error: 'access_denied', status: 401, hint: 'The user denied the request' }
  return withParameters(redirectUri, { state: returned, ...errorMembers(engine, error) })
}

/** `uri` with parameters added to whatever query it has; those that are `undefined` are left out. */
export function withParameters(uri: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const present = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return uri + (uri.includes('?') ? '&' : '?') + new URLSearchParams(present)
}
