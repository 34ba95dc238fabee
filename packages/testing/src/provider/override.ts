import type { Answer, HttpAnswer } from '../server/answer.ts'
import type { RecordedRequest } from '../server/recorded-request.ts'
import type { Endpoint } from './endpoint.ts'

/**
 * What an endpoint does instead of the right thing: always the same answer, or a function that decides for each
 * request. Calling `defaultAnswer` does the right thing, side effects and all: codes are spent and refresh tokens
 * rotate only then.
 */
export type Override = Outcome | OverrideFunction

export type OverrideFunction = (
  request: RecordedRequest<Endpoint>,
  defaultAnswer: () => Promise<HttpAnswer>,
) => Promise<Outcome>

/** An answer, or `default` for the right one. */
export type Outcome = Answer | 'default'

/** Does `override` for one request, and the right thing from then on. */
export function once(override: Override): Override {
  return inTurn(override)
}

/** The first override for the first request, the second for the second, and so on; then the right thing. */
export function inTurn(...overrides: readonly Override[]): Override {
  let next = 0
  return async (request, defaultAnswer) => {
    const override = overrides[next] ?? 'default'
    next += 1
    return overridden(override, request, defaultAnswer)
  }
}

/** The answer to `request` under `override`. */
export async function overridden(
  override: Override | undefined,
  request: RecordedRequest<Endpoint>,
  defaultAnswer: () => Promise<HttpAnswer>,
): Promise<Answer> {
  const answer = typeof override === 'function' ? await override(request, defaultAnswer) : (override ?? 'default')
  return answer === 'default' ? defaultAnswer() : answer
}
