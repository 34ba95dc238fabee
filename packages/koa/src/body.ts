import { Readable } from 'node:stream'
import { readForm } from '@postern/node'
import type { ExtendableContext } from 'koa'

/** The form in the body: as a body parser has left it, or from the stream when none has read it. */
export function readBody({ request, req }: ExtendableContext): Promise<URLSearchParams> {
  const body: unknown = Reflect.get(request, 'body')
  const rawBody: unknown = Reflect.get(request, 'rawBody') ?? body
  if (typeof rawBody === 'string') return readForm(Readable.from([rawBody]), req.headers)
  if (!req.readableDidRead) return readForm(req, req.headers)
  return readForm(Readable.from([`${formOf(body)}`]), req.headers)
}

/** Repeated fields come as lists. What a parser nests, like `state[x]`, was not called `state`. */
function formOf(body: unknown): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(body ?? {})) {
    for (const item of [value].flat()) if (typeof item === 'string') form.append(name, item)
  }
  return form
}
