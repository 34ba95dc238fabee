import { type HttpAnswer, json } from '../../server/answer.ts'

/** Where in the query something stands. Both count from one. */
export interface Location {
  readonly line: number
  readonly column: number
}

/** Thrown while a query is read or answered. */
export class GraphqlError extends Error {
  override readonly name = 'GraphqlError'
  readonly status: number
  readonly location: Location | undefined

  constructor(message: string, status = 400, location?: Location) {
    super(message)
    this.status = status
    this.location = location
  }
}

/** One error in AniList's shape: the status is repeated in the body. */
export function graphqlError(status: number, message: string, data: unknown = null, location?: Location): HttpAnswer {
  const locations = location === undefined ? {} : { locations: [location] }
  return json(status, { errors: [{ message, status, ...locations }], data }, { 'content-type': 'application/json' })
}
