/**
 * Where to look for the keys that stand under a name. It remembers a few bits of each, so what it finds are candidates:
 * the records themselves say which keys they have, and under which names they stand.
 */
export interface KeyIndex {
  add(name: string, key: number): void
  remove(name: string, key: number): void
  candidates(name: string): readonly number[]
}

/** Names are digests, of octets. A key that stands alone costs a number; only company makes a set. */
export function createKeyIndex(): KeyIndex {
  const places = new Map<number, number | Set<number>>()
  return {
    add(name, key) {
      const place = placeOf(name)
      const keys = places.get(place)
      if (keys === undefined || keys === key) places.set(place, key)
      else if (typeof keys === 'number') places.set(place, new Set([keys, key]))
      else keys.add(key)
    },
    remove(name, key) {
      const place = placeOf(name)
      const keys = places.get(place)
      if (keys === key) places.delete(place)
      if (!(keys instanceof Set)) return
      keys.delete(key)
      if (keys.size === 0) places.delete(place)
    },
    candidates(name) {
      const keys = places.get(placeOf(name))
      if (keys === undefined) return []
      return typeof keys === 'number' ? [keys] : [...keys]
    },
  }
}

/** The first 30 bits: as many as V8 keeps inside of a reference. */
function placeOf(name: string): number {
  return (name.charCodeAt(0) << 22) | (name.charCodeAt(1) << 14) | (name.charCodeAt(2) << 6) | (name.charCodeAt(3) >> 2)
}
