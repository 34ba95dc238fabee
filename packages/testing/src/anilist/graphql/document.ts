import { GraphqlError, type Location } from './graphql-error.ts'
import { type Token, tokenize } from './token.ts'

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
  const tokens = tokenize(query)
  let at = 0

  const peek = (): Token => tokens[at] ?? END
  const take = (text?: string): Token => {
    const token = peek()
    if (token.kind === 'end' || (text !== undefined && token.text !== text)) throw unexpected(token)
    at += 1
    return token
  }
  const accept = (text: string): boolean => {
    if (peek().kind !== 'punctuator' || peek().text !== text) return false
    at += 1
    return true
  }
  const name = (): string => {
    if (peek().kind !== 'name') throw unexpected(peek())
    return take().text
  }

  const selections = operation()
  if (peek().kind !== 'end') throw unexpected(peek())
  return selections

  function operation(): readonly Selection[] {
    if (peek().text === '{') return selectionSet(0, variables)
    if (peek().text !== 'query') throw unexpected(peek(), 'only queries are answered here')
    take()
    if (peek().kind === 'name') take()
    return selectionSet(0, { ...(accept('(') ? variableDefaults() : {}), ...variables })
  }

  function variableDefaults(): Variables {
    const defaults: Record<string, unknown> = {}
    while (!accept(')')) {
      take('$')
      const variable = name()
      take(':')
      skipType()
      if (accept('=')) defaults[variable] = value({})
    }
    return defaults
  }

  function skipType(): void {
    if (accept('[')) {
      skipType()
      take(']')
    } else name()
    accept('!')
  }

  function selectionSet(depth: number, values: Variables): readonly Selection[] {
    if (depth > MAX_DEPTH) throw new GraphqlError('Max query depth exceeded.', 400, locationOf(peek()))
    take('{')
    const fields: Selection[] = []
    while (!accept('}')) fields.push(field(depth, values))
    return fields
  }

  function field(depth: number, values: Variables): Selection {
    const { line, column } = peek()
    const first = name()
    const fieldName = accept(':') ? name() : first
    const given = accept('(') ? fieldArguments(values) : {}
    const selections = peek().text === '{' ? selectionSet(depth + 1, values) : undefined
    return { name: fieldName, alias: first, arguments: given, selections, line, column }
  }

  function fieldArguments(values: Variables): Readonly<Record<string, unknown>> {
    const given: Record<string, unknown> = {}
    while (!accept(')')) {
      const argument = name()
      take(':')
      given[argument] = value(values)
    }
    return given
  }

  function value(values: Variables): unknown {
    if (accept('$')) return values[name()]
    if (accept('[')) {
      const items: unknown[] = []
      while (!accept(']')) items.push(value(values))
      return items
    }
    const token = take()
    if (token.kind === 'number') return Number(token.text)
    if (token.kind === 'string') return JSON.parse(token.text)
    if (token.kind === 'name') return KEYWORDS.has(token.text) ? KEYWORDS.get(token.text) : token.text
    throw unexpected(token)
  }
}

const END: Token = { kind: 'end', text: '', line: 1, column: 1 }
const KEYWORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
])

function unexpected(token: Token, why = 'not understood by the stand-in'): GraphqlError {
  const what = token.kind === 'end' ? '<EOF>' : token.text
  return new GraphqlError(`Syntax Error: Unexpected ${what} (${why})`, 400, locationOf(token))
}

function locationOf({ line, column }: Token): Location {
  return { line, column }
}
