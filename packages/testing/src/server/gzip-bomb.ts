import { gzipSync } from 'node:zlib'
import type { HttpAnswer } from './answer.ts'

const MEBIBYTE = 1024 * 1024

/**
 * A small JSON answer that unpacks to `mebibytes` of white space and `{}`, so a client that reads all of it before
 * it looks has the memory it asked for coming.
 */
export function gzipBomb(mebibytes = 256): HttpAnswer {
  // A gzip stream may be many members in a row (RFC 1952 section 2.2): one is compressed, the rest are copies.
  const blank = gzipSync(Buffer.alloc(MEBIBYTE, ' '))
  const members = [...new Array<Buffer>(mebibytes).fill(blank), gzipSync('{}')]
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: Buffer.concat(members),
  }
}
