import { locationOf } from './cursor.ts'
import type { Selection } from './document.ts'
import { GraphqlError } from './graphql-error.ts'

/** An object a query can pick from. A function is a field that takes arguments. */
export interface Source {
  readonly __typename: string
  readonly [field: string]: Field
}

type Leaf = string | number | boolean | null
export type Resolved = Leaf | Source | readonly Resolved[]
export type Field = Resolved | ((given: Readonly<Record<string, unknown>>) => Resolved)

/** What `selections` pick from `source`, in the order and under the names they ask for. */
export function select(source: Source, selections: readonly Selection[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(selections.map((selection) => [selection.alias, pick(source, selection)]))
}

function pick(source: Source, selection: Selection): unknown {
  const { name } = selection
  if (!Object.hasOwn(source, name)) {
    throw new GraphqlError(`Cannot query field "${name}" on type "${source.__typename}".`, 400, locationOf(selection))
  }
  const field = source[name] ?? null
  return shape(typeof field === 'function' ? field(selection.arguments) : field, selection)
}

function shape(value: Resolved, selection: Selection): unknown {
  if (isList(value)) return value.map((item) => shape(item, selection))
  if (value === null) return null
  const { name, selections } = selection
  if (typeof value === 'object') {
    if (selections !== undefined) return select(value, selections)
    const message = `Field "${name}" of type "${value.__typename}" must have a selection of subfields.`
    throw new GraphqlError(message, 400, locationOf(selection))
  }
  if (selections === undefined) return value
  throw new GraphqlError(`Field "${name}" must not have a selection of subfields.`, 400, locationOf(selection))
}

// `Array.isArray` does not narrow a union with a readonly array.
function isList(value: Resolved): value is readonly Resolved[] {
  return Array.isArray(value)
}
