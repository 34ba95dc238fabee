import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { readForm } from './form.ts'

/**
 * The form in the body of a request: as a body parser of the application has left it, or from the stream when none
 * has read it. With the limits of `readForm` either way.
 *
 * @param parsed where parsers leave things: `body`, and `rawBody` when they keep the text
 */
export function readParsedForm(message: IncomingMessage, parsed: object): Promise<URLSearchParams> {
  const body: unknown = Reflect.get(parsed, 'body')
  const rawBody: unknown = Reflect.get(parsed, 'rawBody') ?? body
  if (typeof rawBody === 'string') return readForm(Readable.from([rawBody]), message.headers)
  if (!message.readableDidRead) return readForm(message, message.headers)
  return readForm(Readable.from([`${formOf(body)}`]), message.headers)
}

/** Repeated fields come as lists. What a parser nests, like `state[x]`, was not called `state`. */
function formOf(body: unknown): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(body ?? {})) {
    for (const item of [value].flat()) if (typeof item === 'string') form.append(name, item)
  }
  return form
}
