import { type HttpAnswer, json } from '../../server/answer.ts'
import type { RecordedRequest } from '../../server/recorded-request.ts'
import type { RateLimit } from '../rate-limit.ts'
import type { Service } from '../service.ts'
import { parseQuery } from './document.ts'
import { GraphqlError, graphqlError } from './graphql-error.ts'
import { DISABLED, INVALID_TOKEN, rateLimited } from './known-answer.ts'
import { queryRoot } from './root.ts'
import { select } from './select.ts'

/** The GraphQL API: one POST, in front of it the gate, the rate limit and the token check. */
export function graphqlEndpoint(request: RecordedRequest, service: Service, rateLimit: RateLimit): HttpAnswer {
  if (service.referer === 'required' && !request.headers.referer) return DISABLED
  const allowance = rateLimit.take()
  if (!allowance.allowed) return rateLimited(allowance)
  const { status, headers, body } = answerQuery(request, service)
  const counted = {
    'x-ratelimit-limit': String(allowance.limit),
    'x-ratelimit-remaining': String(allowance.remaining),
  }
  return { status, headers: { ...headers, ...counted }, body }
}

function answerQuery(request: RecordedRequest, { origin, users, tokens }: Service): HttpAnswer {
  const token = /^bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const userId = token === undefined ? undefined : tokens.userOf(token)
  if (token !== undefined && userId === undefined) return INVALID_TOKEN
  const { query, variables } = readBody(request.json)
  if (query === undefined) return graphqlError(400, 'No query provided.')
  try {
    const viewer = users.find(({ id }) => id === userId)
    const data = select(queryRoot(origin, users, viewer), parseQuery(query, variables))
    return json(200, { data }, { 'content-type': 'application/json' })
  } catch (error) {
    if (!(error instanceof GraphqlError)) throw error
    return graphqlError(error.status, error.message, null, error.location)
  }
}

function readBody(body: unknown): { query: string | undefined; variables: Readonly<Record<string, unknown>> } {
  const { query, variables } = { ...(isObject(body) ? body : {}) }
  return { query: typeof query === 'string' ? query : undefined, variables: isObject(variables) ? variables : {} }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
