import { knownInstead } from '../near-name.ts'

/** Names that nobody reads: a misspelt one would otherwise be a setting that silently does nothing. */
export function unknownNames(prefix: string, value: unknown, known: readonly string[]): readonly string[] {
  return Object.keys(value ?? {})
    .filter((name) => !known.includes(name))
    .map((name) => `${prefix}${name} is not a fact of a provider. ${knownInstead(name, known)}`)
}
