import type { Readable } from 'node:stream'
import { GatewayError, type RequestHeaders } from '@postern/core'

/** Octets of a form the gateway reads: an authorization response with an ID token stays far below. */
export const FORM_OCTETS = 64 * 1024

/** Milliseconds a form may take to arrive. Not every framework has a limit of its own. */
export const FORM_PATIENCE = 20_000

/**
 * Reads a stream as `application/x-www-form-urlencoded`, in any spelling of the media type and with any
 * parameters. Repeated names stay repeated. Never destroys the stream, so the failure can still be answered.
 *
 * @param limit octets, default 64 KiB
 * @throws GatewayError `media_type_unsupported`, `body_too_large`, `request_timeout` after 20 seconds, or
 *   `request_malformed` when the body breaks off
 * @see https://url.spec.whatwg.org/#application/x-www-form-urlencoded
 */
export async function readForm(
  stream: Readable,
  headers: RequestHeaders,
  limit: number = FORM_OCTETS,
): Promise<URLSearchParams> {
  if (!isForm(headers) || !isPlain(headers)) throw new GatewayError('media_type_unsupported')
  const body = Number(headers['content-length']) > limit ? undefined : await inTime(collect(stream, limit))
  if (body !== undefined) return new URLSearchParams(body.toString())
  // The rest flows to nowhere: unread, it would block the connection for the requests after this one.
  stream.resume()
  throw new GatewayError('body_too_large')
}

/** Whether a body is said to be a form, in any spelling of the media type. */
export function isForm(headers: RequestHeaders): boolean {
  const [mediaType] = String(headers['content-type'] ?? '').split(';', 1)
  return mediaType?.trim().toLowerCase() === 'application/x-www-form-urlencoded'
}

/** Whether a body can be read as it is. */
function isPlain(headers: RequestHeaders): boolean {
  const coding = String(headers['content-encoding'] ?? '')
  return /^\s*(?:identity)?\s*$/i.test(coding)
}

async function inTime<Value>(reading: Promise<Value>): Promise<Value> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new GatewayError('request_timeout')), FORM_PATIENCE)
  try {
    return await Promise.race([reading, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Everything in the stream, or `undefined` when that is more than `limit` octets. */
async function collect(stream: Readable, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let octets = 0
  try {
    // Without the option, leaving the loop destroys the stream, and with it the socket that the answer needs.
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      const piece: Buffer = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      octets += piece.length
      if (octets > limit) return undefined
      chunks.push(piece)
    }
  } catch (cause) {
    throw new GatewayError('request_malformed', { cause: cause instanceof Error ? cause : undefined })
  }
  return Buffer.concat(chunks)
}
