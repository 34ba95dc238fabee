/** What a stand-in sends back: an ordinary answer, octets of your own, or one of the ways a server lets you down. */
export type Answer = HttpAnswer | RawAnswer | 'reset' | 'hang'

/** An HTTP response. `pace` and `after` make it arrive badly. */
export interface HttpAnswer extends Delivery {
  readonly status: number
  /** Names in any case. An array becomes one line per value. */
  readonly headers?: AnswerHeaders | undefined
  readonly body?: string | Uint8Array | undefined
}

/** Octets written to the connection as they are: status line, headers and all. */
export interface RawAnswer extends Delivery {
  readonly raw: string | Uint8Array
}

export interface Delivery {
  /** Sends the body in small pieces. Default: at once. */
  readonly pace?: Pace | undefined
  /** What follows the last octet: a proper end (default), a connection reset, or silence. */
  readonly after?: 'end' | 'reset' | 'hang' | undefined
}

export interface Pace {
  readonly octets: number
  /** Milliseconds between two pieces. */
  readonly every: number
}

export type AnswerHeaders = Readonly<Record<string, string | readonly string[]>>

/** A JSON answer. `headers` are added to its content type, or replace it. */
export function json(status: number, value: unknown, headers: AnswerHeaders = {}): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  }
}

/** A page. */
export function html(status: number, body: string, headers: AnswerHeaders = {}): HttpAnswer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', ...headers }, body }
}

/** A redirect with an empty body. */
export function redirect(location: string, status = 302, headers: AnswerHeaders = {}): HttpAnswer {
  return { status, headers: { location, ...headers } }
}

/** `answer`, one octet every `every` milliseconds, 200 by default. */
export function drip(answer: HttpAnswer, every = 200): HttpAnswer {
  return { ...answer, pace: { octets: 1, every } }
}
