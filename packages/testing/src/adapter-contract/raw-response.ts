import assert from 'node:assert/strict'

/** A response as it came over the wire. */
export interface RawResponse {
  readonly status: number
  /** In the order received. Names in lower case, values as they were. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  /** Everything, for looking for what must not be there. */
  readonly text: string
}

/** Values of every line of this name. */
export function headerLines({ headers }: RawResponse, name: string): readonly string[] {
  return headers.filter((line) => line[0] === name).map((line) => line[1])
}

/** Reads one whole response, and holds its framing to RFC 9112 section 6.3. */
export function parseResponse(octets: Buffer, method: string): RawResponse {
  const text = octets.toString()
  const end = text.indexOf('\r\n\r\n')
  assert.notEqual(end, -1, `no response to ${method}: the connection was closed after ${octets.length} octets`)
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
  })
  const response = { status: Number(statusLine.split(' ')[1]), headers, body: text.slice(end + 4), text }
  return { ...response, body: bodyOf(response, method) }
}

function bodyOf(response: RawResponse, method: string): string {
  const [length] = headerLines(response, 'content-length')
  const isChunked = headerLines(response, 'transfer-encoding').includes('chunked')
  assert.ok(!(isChunked && length !== undefined), 'a response has a length or chunks, never both')
  if (method === 'HEAD' || response.status === 204 || response.status === 304) {
    assert.equal(response.body, '', `a response to ${method} with status ${response.status} has no body`)
    return ''
  }
  if (isChunked) return unchunk(response.body)
  assert.equal(Number(length), Buffer.byteLength(response.body), 'Content-Length is the length of the body')
  return response.body
}

function unchunk(body: string): string {
  const octets = Buffer.from(body)
  const pieces: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = octets.indexOf('\r\n', at)
    const size = Number.parseInt(octets.toString('latin1', at, lineEnd), 16)
    assert.ok(size >= 0, 'chunked responses are well formed')
    if (size === 0) return Buffer.concat(pieces).toString()
    pieces.push(octets.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
}
