import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { twinKeys } from '../../test/twins.ts'
import { contentOf, expiryOf, keyOf, packRecord } from './packed-record.ts'
import { createRecordTable, digestOfKey } from './record-table.ts'

function record(key: string, value = '', expiresAt = 0): string {
  return packRecord({ key, value, version: 1, expiresAt, names: [] })
}

describe('a table of records', () => {
  it('holds what a map would, whatever is put and removed in whatever order', () => {
    const keys = fc.oneof(fc.integer({ min: 0, max: 300 }).map(String), fc.string({ unit: 'binary', maxLength: 3 }))
    const operations = fc.array(fc.tuple(keys, fc.nat(), fc.boolean()), { maxLength: 800, size: 'max' })
    fc.assert(
      fc.property(operations, (list) => {
        const table = createRecordTable()
        const map = new Map<string, string>()
        for (const [key, value, isPut] of list) {
          if (isPut) {
            table.put(record(key, `${value}`))
            map.set(key, `${value}`)
          } else {
            table.remove(key)
            map.delete(key)
          }
        }
        expect(table.size).toBe(map.size)
        for (const [key, value] of map) expect(contentOf(table.find(key) ?? '')).toBe(value)
        for (const [key] of list) if (!map.has(key)) expect(table.find(key)).toBeUndefined()
        expect([...table.entries()].map(([key]) => key).sort()).toEqual([...map.keys()].sort())
      }),
      { numRuns: 200 },
    )
  })

  it('tells keys of one digest apart, and finds both by it', () => {
    const [first, second] = twinKeys()
    const table = createRecordTable()
    for (const key of [first, second]) table.put(record(key, `of ${key}`))
    for (let number = 0; number < 1_000; number += 1) table.put(record(`other ${number}`))
    const found = (): string[] => table.findAll(digestOfKey(first)).map(keyOf).sort()
    expect(found()).toEqual([first, second].sort())
    expect(contentOf(table.find(second) ?? '')).toBe(`of ${second}`)
    table.remove(first)
    expect(found()).toEqual([second])
    expect(table.find(first)).toBeUndefined()
  })

  it('shows every record to whoever removes some of them on the way', () => {
    const table = createRecordTable()
    for (let number = 0; number < 5_000; number += 1) table.put(record(`${number}`, '', number % 3))
    for (const [key, packed] of table.entries()) if (expiryOf(packed) === 0) table.remove(key)
    expect(table.size).toBe(3_333)
    expect([...table.entries()].every(([key]) => Number(key) % 3 !== 0)).toBe(true)
  })

  it('has room for a few times what it holds, also when it held far more before', () => {
    const table = createRecordTable()
    for (let number = 0; number < 20_000; number += 1) table.put(record(`${number}`))
    expect(table.capacity).toBeLessThan(4 * 20_000)
    for (let number = 50; number < 20_000; number += 1) table.remove(`${number}`)
    expect(table.capacity).toBeLessThan(5 * 50)
    for (let number = 0; number < 50; number += 1) expect(table.find(`${number}`)).toBeDefined()
    expect([...table.entries()]).toHaveLength(50)
  })

  it('shows every record, in this round or the next, to whoever removes nearly all of them', () => {
    const table = createRecordTable()
    for (let number = 0; number < 5_000; number += 1) table.put(record(`${number}`, '', number % 100))
    for (let round = 0; round < 20; round += 1) {
      for (const [key, packed] of table.entries()) if (expiryOf(packed) > 0) table.remove(key)
    }
    expect([...table.entries()].map(([key]) => Number(key)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, index) => index * 100),
    )
  })

  it('takes any text for a key, and no key for the beginning of another', () => {
    const keys = ['', 'a', 'ab', 'フリーレン', '\ud800', '\0', 'ÿ', 'x'.repeat(70_000)]
    const table = createRecordTable()
    for (const key of keys) table.put(record(key, `of ${key.slice(0, 9)} ✓`))
    for (const key of keys) expect(contentOf(table.find(key) ?? '')).toBe(`of ${key.slice(0, 9)} ✓`)
    expect(table.find('abc')).toBeUndefined()
  })
})
