/**
 * Remembers what was opened lately. It replaces decryption, never validity. What is remembered at a place is believed only
 * for the same proof: the whole sealed text, or the version of a record, which never comes back.
 */
export interface Memo<Proof extends string | number, Value> {
  recall(place: string, proof: Proof): Value | undefined
  remember(place: string, proof: Proof, value: Value): void
}

interface Entry<Proof, Value> {
  readonly proof: Proof
  readonly value: Value
}

/**
 * Two generations of at most `size` entries: when the young one is full it becomes the old one, and the old one
 * is forgotten. Only what opened is remembered, so a forger can neither fill nor poison it.
 */
export function createMemo<Proof extends string | number, Value>(size = 2048): Memo<Proof, Value> {
  let young = new Map<string, Entry<Proof, Value>>()
  let old = new Map<string, Entry<Proof, Value>>()

  const keep = (place: string, entry: Entry<Proof, Value>): void => {
    if (young.size >= size) {
      old = young
      young = new Map()
    }
    young.set(place, entry)
  }

  return {
    recall(place, proof) {
      const recent = young.get(place)
      if (recent !== undefined) return recent.proof === proof ? recent.value : undefined
      const entry = old.get(place)
      if (entry?.proof !== proof) return undefined
      keep(place, entry)
      return entry.value
    },
    remember: (place, proof, value) => keep(place, { proof, value }),
  }
}

// Characters of the authentication tag.
const TAG_CHARACTERS = 22

/** Where a sealed text is remembered: under its authentication tag, which is far shorter. */
export function placeOf(sealed: string): string {
  return sealed.slice(-TAG_CHARACTERS)
}
