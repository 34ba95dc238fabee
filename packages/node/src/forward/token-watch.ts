import type { RequestHeaders } from '@postern/core'
import { isForm } from '../form.ts'

/** Looks at pieces of a body, in order. True as soon as a parameter in it is a token. */
export type TokenWatch = (piece: Buffer) => boolean

/**
 * Watches a form for an `access_token` of its own, which would be a second credential beside the gateway's. Keeps no
 * more of the form than a name. `undefined` for bodies in which RFC 6750 puts no token. Whether it is compressed is not
 * asked: a header that says so may not reach the target.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.2
 */
export function createTokenWatch(headers: RequestHeaders): TokenWatch | undefined {
  if (!isForm(headers)) return undefined
  let unfinished = ''
  return (piece) => {
    // Some servers take `;` for `&`, in forms as in queries.
    const parameters = (unfinished + piece.toString('latin1')).split(/[&;]/)
    unfinished = (parameters.at(-1) ?? '').slice(0, LONGEST_NAME + 1)
    return parameters.some(isToken)
  }
}

// Every character of the name as an escape.
const LONGEST_NAME = 3 * 'access_token'.length

function isToken(parameter: string): boolean {
  const end = parameter.indexOf('=')
  if (end === -1 || end > LONGEST_NAME) return false
  const [name] = new URLSearchParams(parameter.slice(0, end)).keys()
  return name?.toLowerCase() === 'access_token'
}
