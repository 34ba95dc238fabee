/** Remembers what sealed texts held that were opened lately. It replaces decryption, never validity. */
export interface Memo<Value> {
  recall(sealed: string): Value | undefined
  remember(sealed: string, value: Value): void
}

interface Entry<Value> {
  readonly sealed: string
  readonly value: Value
}

// The last 22 characters are the authentication tag: found by it, believed only when the whole text is equal.
const TAG_CHARACTERS = 22

/**
 * Two generations of at most `size` entries: when the young one is full it becomes the old one, and the old one
 * is forgotten. Only what opened is remembered, so a forger can neither fill nor poison it.
 */
export function createMemo<Value>(size = 2048): Memo<Value> {
  let young = new Map<string, Entry<Value>>()
  let old = new Map<string, Entry<Value>>()

  const keep = (tag: string, entry: Entry<Value>): void => {
    if (young.size >= size) {
      old = young
      young = new Map()
    }
    young.set(tag, entry)
  }

  const recall = (sealed: string): Value | undefined => {
    const tag = sealed.slice(-TAG_CHARACTERS)
    const recent = young.get(tag)
    if (recent !== undefined) return recent.sealed === sealed ? recent.value : undefined
    const entry = old.get(tag)
    if (entry?.sealed !== sealed) return undefined
    keep(tag, entry)
    return entry.value
  }

  return { recall, remember: (sealed, value) => keep(sealed.slice(-TAG_CHARACTERS), { sealed, value }) }
}
