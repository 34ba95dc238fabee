import { kindOf } from './kind.ts'

/** Finds where answers end in what arrives on a connection that has one request under way at a time. */
export interface AnswerReader {
  /** Takes what arrived. What kind of answer it was, once it is complete. */
  read(chunk: Buffer): string | undefined
}

const END_OF_HEAD = '\r\n\r\n'
const LAST_CHUNK = '0\r\n\r\n'

/**
 * Reads no more of an answer than it must to know where it ends and of which kind it was, so that the load costs
 * little beside what it measures.
 */
export function createAnswerReader(): AnswerReader {
  let head = ''
  let kind = ''
  // Octets of the body still to come; `undefined` in a chunked one.
  let missing: number | undefined
  let tail = ''
  let isInBody = false

  const readBody = (octets: number, text: () => string): string | undefined => {
    if (missing === undefined) {
      tail = (tail + text()).slice(-LAST_CHUNK.length)
      if (tail !== LAST_CHUNK) return undefined
    } else {
      missing -= octets
      if (missing > 0) return undefined
    }
    isInBody = false
    return kind
  }

  return {
    read(chunk) {
      if (isInBody) return readBody(chunk.length, () => chunk.subarray(-LAST_CHUNK.length).toString('latin1'))
      head += chunk.toString('latin1')
      const end = head.indexOf(END_OF_HEAD)
      if (end === -1) return undefined
      const body = head.slice(end + END_OF_HEAD.length)
      head = head.slice(0, end)
      kind = kindOf(head.slice(9, 12), /\r\nlocation: ([^\r]*)/i.exec(head)?.[1] ?? '')
      missing = bodyLength(head)
      head = ''
      tail = ''
      isInBody = true
      return readBody(body.length, () => body)
    },
  }
}

function bodyLength(head: string): number | undefined {
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  if (length !== undefined) return Number(length)
  return /\r\ntransfer-encoding: chunked/i.test(head) ? undefined : 0
}
