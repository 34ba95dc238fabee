/**
 * Text as octets, fewer than it has characters: sealed values and tokens are base64url, which spends eight bits on six.
 * Nothing is lost, whatever the text holds.
 */
export function packText(text: string): Buffer {
  const parts: Buffer[] = []
  let literalFrom = 0
  for (const { 0: run, index } of text.matchAll(RUN)) {
    if (run.length < MIN_RUN) continue
    // Four characters are three octets, whichever they are; of a rest, not every one is what an encoder would write.
    const length = run.length - (run.length % 4)
    if (index > literalFrom) parts.push(literal(text.slice(literalFrom, index)))
    parts.push(segment(BASE64URL, Buffer.from(run.slice(0, length), 'base64url')))
    literalFrom = index + length
  }
  if (literalFrom < text.length) parts.push(literal(text.slice(literalFrom)))
  return Buffer.concat(parts)
}

/** Undoes `packText`, from octet `start` up to `end`. */
export function unpackText(packed: Buffer, start: number, end: number): string {
  let text = ''
  for (let at = start; at < end; ) {
    const first = packed.readUInt8(at)
    const isLong = first % LONG_LENGTH === LONG_LENGTH - 1
    const from = at + (isLong ? LONG_HEADER : 1)
    at = from + (isLong ? packed.readUInt32BE(at + 1) : first % LONG_LENGTH)
    text += packed.toString(ENCODINGS[Math.floor(first / LONG_LENGTH)], from, at)
  }
  return text
}

const WIDE_CHARACTER = /[^\0-\xff]/
const RUN = /[\w-]+/g
// Shorter ones are not worth a segment of their own.
const MIN_RUN = 24

// A segment begins with an octet: its encoding, and its length up to 62. 63 says that the length follows in four.
const LONG_LENGTH = 64
const LONG_HEADER = 5
const NARROW = 0
const BASE64URL = 1
const ANY = 2
const WELL_FORMED = 3
const ENCODINGS: readonly BufferEncoding[] = ['latin1', 'base64url', 'utf16le', 'utf8']

function literal(text: string): Buffer {
  const encoding = !WIDE_CHARACTER.test(text) ? NARROW : text.isWellFormed() ? WELL_FORMED : ANY
  return segment(encoding, Buffer.from(text, ENCODINGS[encoding]))
}

function segment(encoding: number, octets: Buffer): Buffer {
  const { length } = octets
  if (length < LONG_LENGTH - 1) return Buffer.concat([Buffer.of(encoding * LONG_LENGTH + length), octets])
  const header = Buffer.allocUnsafe(LONG_HEADER)
  header.writeUInt8(encoding * LONG_LENGTH + LONG_LENGTH - 1)
  header.writeUInt32BE(length, 1)
  return Buffer.concat([header, octets])
}
