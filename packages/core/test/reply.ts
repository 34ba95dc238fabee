import type { Decision, Reply } from '../src/http/decision.ts'

/** The one value of a header of a reply; two lines of one name are a mistake of ours. */
export function headerOf({ headers }: Pick<Reply, 'headers'>, name: string): string | undefined {
  const values = headers.filter(([found]) => found === name).map(([, value]) => value)
  if (values.length > 1) throw new Error(`${values.length} lines of ${name}`)
  return values[0]
}

/** The decision as the reply it has to be. */
export function replyOf(decision: Decision): Reply {
  if (decision.type !== 'reply') throw new Error(`not a reply but ${decision.type}`)
  return decision
}

/** The body as JSON. */
export function jsonOf({ body }: Pick<Reply, 'body'>): Readonly<Record<string, unknown>> {
  return JSON.parse(body ?? '')
}
