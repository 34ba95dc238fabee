import { connect } from 'node:net'
import { parseResponse, type RawResponse } from './raw-response.ts'

/** Names and values, in order. */
export type HeaderLines = readonly (readonly [name: string, value: string])[]

/** A request, line by line. Nothing in it is checked or mended. */
export interface RawRequest {
  readonly method?: string
  /** Request target, in any form. */
  readonly target: string
  readonly headers?: HeaderLines
  /** Default: one `Host` line. */
  readonly hosts?: readonly string[]
  /** A string is sent with `Content-Length`, a list as chunks. */
  readonly body?: string | readonly string[]
}

/** Sends a request over a socket of its own, and resolves with every octet that came back. */
export async function sendRaw(origin: string, request: RawRequest): Promise<RawResponse> {
  const octets = await exchange(origin, encode(request))
  return parseResponse(octets, request.method ?? 'GET')
}

/** Sends the head and the first octets of a body that is announced longer, and hangs up. */
export async function sendAborted(origin: string, request: RawRequest, announced: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = connect(address(origin), () => {
    socket.write(`${head(request)}Content-Length: ${announced}\r\n\r\n${request.body}`, () => socket.destroy())
  })
  socket.on('error', reject).on('close', () => resolve())
  return promise
}

/** Sends requests one after the other over one connection, and resolves with every octet that came back. */
export async function sendInTurn(origin: string, first: RawRequest, second: RawRequest): Promise<string> {
  const octets = await exchange(
    origin,
    encode(first).replace('Connection: close', 'Connection: keep-alive') + encode(second),
  )
  return octets.toString()
}

/** Sends a request, does something when what has come matches, and resolves with everything that came in the end. */
export async function receiveWhile(
  origin: string,
  request: RawRequest,
  pattern: RegExp,
  then: () => void,
): Promise<string> {
  const octets = await exchange(origin, encode(request), (received) => {
    if (pattern.test(received)) then()
  })
  return octets.toString()
}

/** Milliseconds without a sign of life. Where nothing leaves the machine, what takes longer will not come. */
const PATIENCE = 5_000

function exchange(origin: string, octets: string, onProgress?: (received: string) => void): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  const socket = connect(address(origin), () => socket.write(octets))
  socket.setTimeout(PATIENCE, () =>
    socket.destroy(new Error(`no answer within ${PATIENCE} ms: ${octets.slice(0, 80)}`)),
  )
  socket.on('data', (chunk) => {
    chunks.push(chunk)
    onProgress?.(Buffer.concat(chunks).toString())
  })
  socket.on('error', reject).on('close', () => resolve(Buffer.concat(chunks)))
  return promise
}

function address(origin: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(origin)
  return { host: hostname, port: Number(port) }
}

function encode(request: RawRequest): string {
  const { body } = request
  if (body === undefined) return `${head(request)}\r\n`
  if (typeof body === 'string') return `${head(request)}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  const chunks = body.map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`)
  return `${head(request)}Transfer-Encoding: chunked\r\n\r\n${chunks.join('')}0\r\n\r\n`
}

function head({ method = 'GET', target, headers = [], hosts = ['app.example'] }: RawRequest): string {
  const lines = [...hosts.map((host) => ['Host', host] as const), ['Connection', 'close'] as const, ...headers]
  return `${method} ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`
}
