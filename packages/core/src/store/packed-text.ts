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
    const short = first % ENCODING
    const lengthOctets = short === IN_FOUR ? 4 : short === IN_TWO ? 2 : 0
    const from = at + 1 + lengthOctets
    at = from + (lengthOctets === 0 ? short : packed.readUIntBE(at + 1, lengthOctets))
    text += packed.toString(ENCODINGS[Math.floor(first / ENCODING)], from, at)
  }
  return text
}

const WIDE_CHARACTER = /[^\0-\xff]/
const RUN = /[\w-]+/g
// Shorter ones are not worth a segment of their own.
const MIN_RUN = 20

// A segment begins with an octet: its encoding, times 64, and its length up to 61. 62 says that the length follows in
// two octets, 63 in four.
const ENCODING = 64
const IN_TWO = 62
const IN_FOUR = 63
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
  return Buffer.concat([header(encoding * ENCODING, octets.length), octets])
}

function header(encoding: number, length: number): Buffer {
  if (length < IN_TWO) return Buffer.of(encoding + length)
  const lengthOctets = length < 65_536 ? 2 : 4
  const header = Buffer.allocUnsafe(1 + lengthOctets)
  header.writeUInt8(encoding + (lengthOctets === 2 ? IN_TWO : IN_FOUR))
  header.writeUIntBE(length, 1, lengthOctets)
  return header
}
