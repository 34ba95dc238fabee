import type { ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import { type ForwardedHead, serializeCookie } from '@postern/core'
import type { Dispatcher } from 'undici'
import { pairsOf, valuesByName } from './header-lines.ts'

/** The browser's side of an exchange. A browser that reads slowly makes the target send slowly. */
export interface ResponseStream {
  /** Sends the head, and what came before it was known. */
  start(head: ForwardedHead): void
  write(chunk: Buffer): void
  /** Trailers are a flat list of names and values. */
  end(trailers: readonly string[]): void
}

// Octets. Making a string of more costs what it saves.
const SHORT = 16 * 1024

/** @param onDrain called when a browser that was behind has caught up */
export function createResponseStream(
  response: ServerResponse,
  controller: Dispatcher.DispatchController,
  onDrain: () => void,
): ResponseStream {
  // A target that closes the connection hands over what it has sent, paused or not.
  let held: Buffer[] | undefined = []
  let heldEnd: readonly string[] | undefined
  // What came first, until it is known whether more follows at once.
  let first: Buffer | undefined
  let isBehind = false
  let isFlushed = false

  const write = (chunk: Buffer): void => {
    if (response.write(chunk) || isBehind) return
    isBehind = true
    controller.pause()
    response.once('drain', () => {
      isBehind = false
      onDrain()
      controller.resume()
    })
  }
  const flush = (): void => {
    if (isFlushed || response.destroyed) return
    isFlushed = true
    const chunk = first
    first = undefined
    if (chunk === undefined) response.flushHeaders()
    else write(chunk)
  }
  const send = (chunk: Buffer): void => {
    if (!isFlushed && first === undefined) {
      first = chunk
      return
    }
    flush()
    write(chunk)
  }
  const finish = (trailers: readonly string[]): void => {
    if (!isFlushed && first !== undefined && first.length <= SHORT && trailers.length === 0) {
      isFlushed = true
      // As a string it goes out in one piece with the head, which is the dearest part of a short answer.
      response.end(first.toString('latin1'), 'latin1')
      return
    }
    if (first !== undefined) flush()
    isFlushed = true
    if (trailers.length > 0) response.addTrailers(valuesByName(trailers))
    response.end()
  }
  return {
    start(head) {
      writeHead(response, head)
      const chunks = held ?? []
      held = undefined
      for (const chunk of chunks) send(chunk)
      if (heldEnd !== undefined) finish(heldEnd)
      // An event stream may have nothing to say for a while.
      process.nextTick(flush)
    },
    write(chunk) {
      if (held === undefined) send(chunk)
      else held.push(chunk)
    },
    end(trailers) {
      if (held === undefined) finish(trailers)
      else heldEnd = trailers
    },
  }
}

/** Ends a response that has begun, so that nobody takes it for whole. */
export function breakOff(response: ServerResponse | Http2ServerResponse): void {
  // Destroyed, it would end over HTTP/2 as if there was no error.
  if ('stream' in response) response.stream.close(INTERNAL_ERROR)
  else response.destroy()
}

// RFC 9113 section 7.
const INTERNAL_ERROR = 2

/** Replaces what others have said, but for `Vary` and `Set-Cookie`, which are added to. */
function writeHead(response: ServerResponse, { status, headers, cookies }: ForwardedHead): void {
  const lines = [...headers]
  for (const cookie of cookies) lines.push('set-cookie', serializeCookie(cookie))
  if (response.getHeaderNames().length === 0) {
    response.writeHead(status, lines)
    return
  }
  // Node versions differ in what a list does to headers that are there.
  const pairs = pairsOf(lines)
  for (const [name] of pairs) if (name !== 'vary' && name !== 'set-cookie') response.removeHeader(name)
  for (const [name, value] of pairs) response.appendHeader(name, value)
  response.writeHead(status)
}
