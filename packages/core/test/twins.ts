import { digestOfKey } from '../src/store/record-table.ts'

/** Two keys that the memory store finds at the same place, however many it holds. */
export function twinKeys(): readonly [string, string] {
  const seen = new Map<number, string>()
  for (let number = 0; ; number += 1) {
    const key = `key ${number}`
    const twin = seen.get(digestOfKey(key))
    if (twin !== undefined) return [twin, key]
    seen.set(digestOfKey(key), key)
  }
}
