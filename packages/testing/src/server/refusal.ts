import type { HttpAnswer } from './answer.ts'

/** Thrown by a step of an endpoint that will not go on; the endpoint answers with `answer`. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly answer: HttpAnswer

  constructor(answer: HttpAnswer) {
    super(`Refused with status ${answer.status}`)
    this.answer = answer
  }
}

/** What `answer` gives, or the answer of the refusal it threw. */
export async function orRefuse(answer: () => HttpAnswer | Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof Refusal) return error.answer
    throw error
  }
}
