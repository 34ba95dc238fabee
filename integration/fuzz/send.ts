import { connect } from 'node:net'

/** Name and value of a header line. */
export type Line = readonly [name: string, value: string]

/** A request, as it goes over the wire: nothing in it is checked, encoded or mended. */
export interface WireRequest {
  readonly method: string
  /** Request target, in any form. One character for each octet. */
  readonly target: string
  readonly host: string
  readonly lines: readonly Line[]
}

export interface WireResponse {
  readonly status: number
  /** Of the first `Location` line, as it came. */
  readonly location: string | undefined
  readonly cookies: readonly string[]
  /** Everything, one character for each octet. */
  readonly text: string
}

// Milliseconds. An answer takes a fraction of one.
const PATIENCE = 5_000

/** Sends a request over a socket of its own, and reads until the server closes it. */
export async function send(port: number, request: WireRequest): Promise<WireResponse> {
  const octets = headOf(request)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const chunks: string[] = []
  const socket = connect(port, '127.0.0.1', () => socket.write(octets, 'latin1'))
  socket.setEncoding('latin1')
  socket.setTimeout(PATIENCE, () => socket.destroy(new Error(`no answer within ${PATIENCE} ms to\n${octets}`)))
  socket.on('data', (chunk) => chunks.push(String(chunk)))
  // A server may well reset the connection once it has refused what was sent: what came before is the answer.
  socket.on('error', (error) => (chunks.length === 0 ? reject(error) : resolve(chunks.join(''))))
  socket.on('close', () => resolve(chunks.join('')))
  return parse(await promise)
}

/** The octets of a request. */
export function headOf({ method, target, host, lines }: WireRequest): string {
  const all: readonly Line[] = [['Host', host], ['Connection', 'close'], ...lines]
  return `${method} ${target} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

function parse(text: string): WireResponse {
  const head = text.slice(0, text.indexOf('\r\n\r\n'))
  const values = (name: string): readonly string[] =>
    head
      .split('\r\n')
      .flatMap((line) => (line.toLowerCase().startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []))
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]),
    location: values('location')[0],
    cookies: values('set-cookie'),
    text,
  }
}
