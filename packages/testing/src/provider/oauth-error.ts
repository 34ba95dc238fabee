import { type AnswerHeaders, html, json } from '../server/answer.ts'
import { Refusal } from '../server/refusal.ts'

/** Refuses a request with an error body of RFC 6749 section 5.2. */
export function refuse(error: string, description: string, status = 400, headers: AnswerHeaders = {}): Refusal {
  return new Refusal(
    json(status, { error, error_description: description }, { 'cache-control': 'no-store', ...headers }),
  )
}

/** Refuses in front of a person: nothing may be sent back, because nobody knows where back is. */
export function refusePage(sentence: string): Refusal {
  return new Refusal(
    html(400, `<!doctype html><title>Request refused</title><h1>Request refused</h1><p>${sentence}</p>`),
  )
}
