import type { HttpAnswer } from '../../server/answer.ts'
import type { Allowance } from '../rate-limit.ts'
import { graphqlError } from './graphql-error.ts'

/** What the API says when it is out of order, and when a request comes without `Referer`. */
export const DISABLED: HttpAnswer = graphqlError(
  403,
  'The AniList API has been temporarily disabled due to severe stability issues.',
)

/** Not a 401: this is how AniList says that a token has expired, was revoked or never was one. */
export const INVALID_TOKEN: HttpAnswer = graphqlError(400, 'Invalid token')

/** A failure in a response that says 200. */
export const ERROR_IN_200: HttpAnswer = { ...graphqlError(500, 'Internal Server Error'), status: 200 }

/** Too many requests, and when to come back. */
export function rateLimited({ limit, retryAfter, resetAt }: Pick<Allowance, 'limit' | 'retryAfter' | 'resetAt'>) {
  const answer = graphqlError(429, 'Too Many Requests.')
  return {
    ...answer,
    headers: {
      ...answer.headers,
      'retry-after': String(retryAfter),
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(resetAt),
    },
  } satisfies HttpAnswer
}
