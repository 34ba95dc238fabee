import type { Readable } from 'node:stream'
import { GatewayError, type RequestHeaders } from '@postern/core'

/** Octets of a form the gateway reads: an authorization response with an ID token stays far below. */
export const FORM_OCTETS = 64 * 1024

/**
 * Reads a stream as `application/x-www-form-urlencoded`, in any spelling of the media type and with any
 * parameters. Repeated names stay repeated. Never destroys the stream, so the failure can still be answered.
 *
 * @param limit octets, default 64 KiB
 * @throws GatewayError `media_type_unsupported`, `body_too_large`, or `request_malformed` when the body breaks off
 * @see https://url.spec.whatwg.org/#application/x-www-form-urlencoded
 */
export async function readForm(
  stream: Readable,
  headers: RequestHeaders,
  limit: number = FORM_OCTETS,
): Promise<URLSearchParams> {
  if (!isForm(headers)) throw new GatewayError('media_type_unsupported')
  if (Number(headers['content-length']) > limit) throw tooLarge(stream)
  const chunks: Buffer[] = []
  let octets = 0
  for await (const chunk of uninterrupted(stream)) {
    octets += chunk.length
    if (octets > limit) throw tooLarge(stream)
    chunks.push(chunk)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString())
}

function isForm(headers: RequestHeaders): boolean {
  const [mediaType] = String(headers['content-type'] ?? '').split(';', 1)
  const isPlain = headers['content-encoding'] === undefined || headers['content-encoding'] === 'identity'
  return isPlain && mediaType?.trim().toLowerCase() === 'application/x-www-form-urlencoded'
}

/** Lets the rest of the body flow to nowhere: unread, it would block the connection and the answer with it. */
function tooLarge(stream: Readable): GatewayError {
  stream.resume()
  return new GatewayError('body_too_large')
}

/** Leaving a plain `for await` destroys the stream, and with it the socket that the answer needs. */
async function* uninterrupted(stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false }))
      yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
  } catch (cause) {
    throw new GatewayError('request_malformed', { cause: cause instanceof Error ? cause : undefined })
  }
}
