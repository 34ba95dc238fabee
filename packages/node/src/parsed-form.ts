import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { GatewayError } from '@postern/core'
import { readForm } from './form.ts'

/**
 * The form in the body of a request: as a body parser of the application has left it, or from the stream when none
 * has read it. With the limits of `readForm` either way.
 *
 * @param parsed where parsers leave things: `body`, and `rawBody` when they keep the text
 * @throws GatewayError `body_already_read` when something has read it and left nothing, and what `readForm` throws
 */
export async function readParsedForm(message: IncomingMessage, parsed: object): Promise<URLSearchParams> {
  const body: unknown = Reflect.get(parsed, 'body')
  const rawBody: unknown = Reflect.get(parsed, 'rawBody') ?? body
  if (typeof rawBody === 'string') return readForm(Readable.from([rawBody]), message.headers)
  if (!message.readableDidRead) return readForm(message, message.headers)
  if (body === undefined || body === null) throw new GatewayError('body_already_read')
  return readForm(Readable.from([`${formOf(body)}`]), message.headers)
}

function formOf(body: unknown): URLSearchParams {
  return new URLSearchParams(Object.entries(body ?? {}).flatMap(([name, value]) => fieldsOf(name, value)))
}

/**
 * The fields that a parser has made this of. Repeated ones come as lists. What it nests was not called by its name: a list
 * of one was `code[]`, and an object `code[x]` or so many fields that it gave up counting.
 */
function fieldsOf(name: string, value: unknown): [name: string, value: string][] {
  if (typeof value === 'string') return [[name, value]]
  if (!Array.isArray(value)) return Object.keys(value ?? {}).map((key) => [`${name}[${key}]`, ''])
  const items = value.flatMap((item) => fieldsOf(name, item))
  return value.length > 1 ? items : items.map(([inner, text]) => [`${inner}[]`, text])
}
