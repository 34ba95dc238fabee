import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** A request as a stand-in received it. */
export interface RecordedRequest<Endpoint extends string = string> {
  /** Which of the stand-in's endpoints it reached; `unknown` when none. */
  readonly endpoint: Endpoint | 'unknown'
  readonly method: string
  /** Path and query as received. */
  readonly target: string
  readonly path: string
  readonly query: URLSearchParams
  /** Under lower-case names, as `node:http` gives them. */
  readonly headers: IncomingHttpHeaders
  /** Names and values alternating, as received. */
  readonly rawHeaders: readonly string[]
  readonly body: string
  /** The body, when it is `application/x-www-form-urlencoded`; else empty. */
  readonly form: URLSearchParams
  /** The body, when it is JSON; else `undefined`. */
  readonly json: unknown
  /** Milliseconds since the epoch, by the stand-in's clock. */
  readonly time: number
}

const MAX_BODY = 1024 * 1024

/** Reads `message` to its end. Rejects when its body is larger than 1 MiB. */
export async function recordRequest<Endpoint extends string>(
  message: IncomingMessage,
  endpointOf: (path: string) => Endpoint | 'unknown',
  now: () => number,
): Promise<RecordedRequest<Endpoint>> {
  const target = message.url ?? '/'
  const question = target.indexOf('?')
  const path = question === -1 ? target : target.slice(0, question)
  const time = now()
  const body = await readBody(message)
  const type = mediaType(message.headers['content-type'])
  return {
    endpoint: endpointOf(path),
    method: message.method ?? 'GET',
    target,
    path,
    query: new URLSearchParams(question === -1 ? '' : target.slice(question + 1)),
    headers: message.headers,
    rawHeaders: message.rawHeaders,
    body,
    form: new URLSearchParams(type === 'application/x-www-form-urlencoded' ? body : ''),
    json: type === 'application/json' ? parseJson(body) : undefined,
    time,
  }
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY) throw new Error('The request body is larger than 1 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function mediaType(header: string | undefined): string {
  return header?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
