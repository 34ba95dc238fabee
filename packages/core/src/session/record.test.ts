import { describe, expect, it } from 'vitest'
import { FOREIGN, NEWEST, OLDER } from '../../test/secrets.ts'
import { session } from '../../test/session.ts'
import { createKeyring } from '../crypto/keyring.ts'
import { createHandle } from './handle.ts'
import { decodeRecord, encodeRecord, isOutdated, relabelRecord, summaryOf, TOMBSTONE } from './record.ts'

const summaries = createKeyring([NEWEST], 'summary')
const handle = createHandle()
const value = encodeRecord(session({ sid: 'sid-canary', device: 'device-canary' }), handle, summaries)

describe('a record in a store', () => {
  it('shows nothing of the session in any encoding', () => {
    const parts = value.split(/[~.]/).map((part) => Buffer.from(part, 'base64url'))
    for (const canary of [
      'access-token-canary',
      'refresh-token-canary',
      'session-id-canary',
      'Frieren',
      'sid-canary',
    ]) {
      for (const encoding of ['utf8', 'base64', 'base64url', 'hex'] as const) {
        expect(value).not.toContain(Buffer.from(canary).toString(encoding))
      }
      for (const part of parts) expect(part.includes(canary)).toBe(false)
    }
  })

  it('is opened by its own handle and by no other, not even with all the server’s secrets', () => {
    expect(decodeRecord(value, handle, summaries)).toEqual(session({ sid: 'sid-canary', device: 'device-canary' }))
    expect(decodeRecord(value, createHandle(), summaries)).toBeUndefined()
  })

  it('does not open under the key of another, nor when anything was changed', () => {
    const moved = { ...handle, key: createHandle().key }
    expect(decodeRecord(value, moved, summaries)).toBeUndefined()
    for (const other of [value.slice(0, -1), `${value}A`, value.replace('~', '~A'), TOMBSTONE, '', '~']) {
      expect(decodeRecord(other, handle, summaries)).toBeUndefined()
    }
  })

  it('tells the server who it is of, and no token', () => {
    const summary = summaryOf(value, handle.key, summaries)
    expect(summary).toMatchObject({ provider: 'a', subject: '42', sid: 'sid-canary', adopted: false })
    expect(JSON.stringify(summary)).not.toMatch(/token|session-id-canary/)
    expect(summaryOf(value, createHandle().key, summaries)).toBeUndefined()
    expect(summaryOf(value, handle.key, createKeyring([FOREIGN], 'summary'))).toBeUndefined()
    expect(summaryOf(TOMBSTONE, handle.key, summaries)).toBeUndefined()
  })

  it('keeps its sealed half when it is renamed', () => {
    const summary = summaryOf(value, handle.key, summaries)
    if (summary === undefined) throw new Error('no summary')
    const renamed = relabelRecord(value, handle.key, { ...summary, label: 'my phone' }, summaries)
    expect(decodeRecord(renamed, handle, summaries)?.label).toBe('my phone')
    expect(renamed.split('~')[1]).toBe(value.split('~')[1])
  })

  it('is outdated when an older secret sealed its summary', () => {
    expect(isOutdated(value, summaries)).toBe(false)
    expect(isOutdated(value, createKeyring([NEWEST, OLDER], 'summary'))).toBe(false)
    expect(isOutdated(value, createKeyring([OLDER, NEWEST], 'summary'))).toBe(true)
  })
})
