import { unknownNames } from '../unknown-name.ts'

/** Names in a provider's definition that nobody reads. */
export function unknownFacts(prefix: string, value: unknown, known: readonly string[]): readonly string[] {
  return unknownNames(value, known, (name) => `${prefix}${name} is not a fact of a provider.`)
}
