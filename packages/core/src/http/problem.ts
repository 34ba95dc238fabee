import { ERRORS, type GatewayError } from '../error.ts'

/**
 * Problem details. `type` names the error and is no address; `code` is the same name for programs.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457#section-3.1
 */
export interface ProblemDetails {
  readonly type: `urn:postern:error:${string}`
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  /** Correlation id, for a person to quote and an operator to find. */
  readonly reference: string
  /** Where a browser would sign in, when that would help. */
  readonly login_url?: string
  readonly [member: string]: unknown
}

/**
 * A failure as the body of an `application/problem+json` answer. Of a 5xx it says what the table says: advice is
 * written for operators, and the failures they act on are 5xx. Members of `extra` are added and replace none.
 */
export function problemBody(
  error: GatewayError,
  reference: string,
  extra: Readonly<Record<string, unknown>> = {},
): ProblemDetails {
  const { code, title, status } = error
  const detail = error.expose ? error.message : ERRORS[code].message
  return { ...extra, type: `urn:postern:error:${code}`, title, status, detail, code, reference }
}
