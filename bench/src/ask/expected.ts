import { ANSWER } from '../contestant/contestant.ts'
import { kindOf } from '../load/kind.ts'
import type { Answer } from '../visitor/browser.ts'
import { describe } from '../visitor/site.ts'

/** The kind of an answer, when it has this status and says this. */
export function expected(answer: Answer, status: number, text = ''): string {
  if (answer.status !== status || !answer.body.includes(text)) {
    throw new Error(`Expected ${status} ${text}, and was answered ${describe(answer)}`)
  }
  return kindOfAnswer(answer)
}

/** The kind of an answer that shows the name of who is signed in. */
export function expectedSignedIn(answer: Answer): string {
  return expected(answer, 200, `"name":"${ANSWER.name}"`)
}

export function kindOfAnswer({ status, headers }: Answer): string {
  return kindOf(String(status), headers.location ?? '')
}
