/**
 * Where to look for the keys that stand under a name. It remembers a digest of each name and no name, so what it
 * finds are candidates: the record itself says under which names it stands.
 */
export interface KeyIndex {
  add(name: string, key: string): void
  remove(name: string, key: string): void
  candidates(name: string): readonly string[]
}

/** A key that stands alone costs a reference; only company makes a set. */
export function createKeyIndex(): KeyIndex {
  const places = new Map<number, string | Set<string>>()
  return {
    add(name, key) {
      const place = digest(name)
      const keys = places.get(place)
      if (keys === undefined || keys === key) places.set(place, key)
      else if (typeof keys === 'string') places.set(place, new Set([keys, key]))
      else keys.add(key)
    },
    remove(name, key) {
      const place = digest(name)
      const keys = places.get(place)
      if (keys === key) places.delete(place)
      if (!(keys instanceof Set)) return
      keys.delete(key)
      if (keys.size === 0) places.delete(place)
    },
    candidates(name) {
      const keys = places.get(digest(name))
      if (keys === undefined) return []
      return typeof keys === 'string' ? [keys] : [...keys]
    },
  }
}

/** FNV-1a, cut to the 30 bits that V8 keeps inside of a reference. */
function digest(name: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  return hash >>> 2
}
