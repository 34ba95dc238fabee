import { type Cursor, createCursor, locationOf, unexpected } from './cursor.ts'
import { GraphqlError, type Location } from './graphql-error.ts'

/** One field a query asks for. Arguments are values already: variables have been put in. */
export interface Selection extends Location {
  readonly name: string
  /** Its name in the answer. */
  readonly alias: string
  readonly arguments: Readonly<Record<string, unknown>>
  readonly selections: readonly Selection[] | undefined
}

type Variables = Readonly<Record<string, unknown>>

const MAX_DEPTH = 12

/**
 * Reads the part of GraphQL that client programs use: one operation with variables, fields, aliases and arguments.
 * Fragments and directives are refused, clearly.
 *
 * @see https://spec.graphql.org/October2021/#sec-Language
 */
export function parseQuery(query: string, variables: Variables): readonly Selection[] {
  const cursor = createCursor(query)
  const selections = operation(cursor, variables)
  if (cursor.peek().kind !== 'end') throw unexpected(cursor.peek())
  return selections
}

function operation(cursor: Cursor, variables: Variables): readonly Selection[] {
  if (cursor.peek().text === '{') return selectionSet(cursor, variables, 0)
  if (cursor.peek().text !== 'query') throw unexpected(cursor.peek(), 'only queries are answered here')
  cursor.take()
  if (cursor.peek().kind === 'name') cursor.take()
  const defaults = cursor.accept('(') ? variableDefaults(cursor) : {}
  return selectionSet(cursor, { ...defaults, ...variables }, 0)
}

function variableDefaults(cursor: Cursor): Variables {
  const defaults: [string, unknown][] = []
  while (!cursor.accept(')')) {
    cursor.take('$')
    const variable = cursor.name()
    cursor.take(':')
    skipType(cursor)
    if (cursor.accept('=')) defaults.push([variable, value(cursor, {})])
  }
  return Object.fromEntries(defaults)
}

function skipType(cursor: Cursor): void {
  const isList = cursor.accept('[')
  if (isList) skipType(cursor)
  if (isList) cursor.take(']')
  if (!isList) cursor.name()
  cursor.accept('!')
}

function selectionSet(cursor: Cursor, variables: Variables, depth: number): readonly Selection[] {
  if (depth > MAX_DEPTH) throw new GraphqlError('Max query depth exceeded.', 400, locationOf(cursor.peek()))
  cursor.take('{')
  const fields: Selection[] = []
  while (!cursor.accept('}')) fields.push(field(cursor, variables, depth))
  return fields
}

function field(cursor: Cursor, variables: Variables, depth: number): Selection {
  const location = locationOf(cursor.peek())
  const alias = cursor.name()
  const name = cursor.accept(':') ? cursor.name() : alias
  const given = cursor.accept('(') ? fieldArguments(cursor, variables) : {}
  const selections = cursor.peek().text === '{' ? selectionSet(cursor, variables, depth + 1) : undefined
  return { name, alias, arguments: given, selections, ...location }
}

function fieldArguments(cursor: Cursor, variables: Variables): Readonly<Record<string, unknown>> {
  const given: [string, unknown][] = []
  while (!cursor.accept(')')) {
    const argument = cursor.name()
    cursor.take(':')
    given.push([argument, value(cursor, variables)])
  }
  return Object.fromEntries(given)
}

function value(cursor: Cursor, variables: Variables): unknown {
  if (cursor.accept('$')) return variables[cursor.name()]
  if (cursor.accept('[')) {
    const items: unknown[] = []
    while (!cursor.accept(']')) items.push(value(cursor, variables))
    return items
  }
  const { kind, text, ...location } = cursor.take()
  if (kind === 'number') return Number(text)
  if (kind === 'string') return JSON.parse(text)
  // Anything else with a name is a member of an enumeration.
  if (kind === 'name') return KEYWORDS.has(text) ? KEYWORDS.get(text) : text
  throw unexpected({ kind, text, ...location })
}

const KEYWORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
])
