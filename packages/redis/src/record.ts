import type { StoredRecord } from '@postern/core'

/** What stands in front of the value. */
export interface RecordHeader {
  readonly version: number
  readonly indexes: readonly string[]
}

/** A record as Redis keeps it, one string: version, index names as JSON, a line break, and the value as it came. */
export function encodeRecord({ version, indexes }: RecordHeader, value: string): string {
  return `${version} ${JSON.stringify(indexes)}\n${value}`
}

export function decodeRecord(text: string): StoredRecord {
  return { version: Number.parseInt(text, 10), value: text.slice(text.indexOf('\n') + 1) }
}

/** Reads what stands before the first line break. JSON escapes those of a name. */
export function decodeHeader(text: string): RecordHeader {
  const [header = ''] = text.split('\n', 1)
  // `encodeRecord` wrote it.
  const indexes = JSON.parse(header.slice(header.indexOf(' ') + 1)) as readonly string[]
  return { version: Number.parseInt(header, 10), indexes }
}
