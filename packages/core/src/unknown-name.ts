/**
 * A problem for each name that nobody reads: a misspelt one would otherwise be a setting that silently does nothing.
 *
 * @param complaint what is wrong with a name, as a sentence
 */
export function unknownNames(
  value: unknown,
  known: readonly string[],
  complaint: (name: string) => string,
): readonly string[] {
  return Object.keys(value ?? {})
    .filter((name) => !known.includes(name))
    .map((name) => `${complaint(name)} ${knownInstead(name, known)}`)
}

/** How a sentence about an unknown name goes on: with the known one that was meant, as far as one can tell, or with all. */
export function knownInstead(name: string, known: readonly string[]): string {
  const meant = nearest(name.toLowerCase(), known)
  return meant === undefined ? `Known: ${known.join(', ')}.` : `Did you mean ${meant}?`
}

function nearest(name: string, known: readonly string[]): string | undefined {
  const allowed = name.length < 6 ? 1 : 2
  const alike = known
    .map((candidate) => ({ candidate, distance: distanceBetween(name, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance)
  if (alike[0] !== undefined) return alike[0].candidate
  const longer = name.length < 4 ? [] : known.filter((candidate) => candidate.toLowerCase().includes(name))
  return longer.length === 1 ? longer[0] : undefined
}

/** How many characters have to be put in, left out or changed (Levenshtein). */
function distanceBetween(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= other.length; column += 1) {
      const changed = (above[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1)
      current.push(Math.min(changed, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    above = current
  }
  return above[other.length] ?? 0
}
