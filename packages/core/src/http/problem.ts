import { ERRORS, type GatewayError } from '../error.ts'

/** What the problem details of a failure say beside what the table says of it. */
export interface ProblemFacts {
  /** Correlation id, for a person to quote and an operator to find. */
  readonly reference: string
  /** Where a browser would sign in, when that would help. */
  readonly loginUrl?: string | undefined
}

/**
 * Writes a failure as the body of an `application/problem+json` answer. `type` names the error and is no address;
 * `code` is the same name for programs, `reference` the correlation id, and `login_url`, where it is there, says where a
 * browser would sign in. Of a 5xx it says what the table says: advice is written for operators, and the failures they
 * act on are 5xx.
 *
 * @returns what writes it: all answers of one failure are the same but for a few members, and are asked for by strangers
 * @see https://www.rfc-editor.org/rfc/rfc9457#section-3.1
 */
export function problemWriter(error: GatewayError): (facts: ProblemFacts) => string {
  const { code, title, status } = error
  const detail = error.expose ? error.message : ERRORS[code].message
  const same = JSON.stringify({ type: `urn:postern:error:${code}`, title, status, detail, code }).slice(0, -1)
  return ({ reference, loginUrl }) => {
    const signIn = loginUrl === undefined ? '' : `,"login_url":${JSON.stringify(loginUrl)}`
    return `${same},"reference":${JSON.stringify(reference)}${signIn}}`
  }
}
