import { GraphqlError, type Location } from './graphql-error.ts'

/** One lexical token of a query. `text` is empty at the end. */
export interface Token extends Location {
  readonly kind: 'name' | 'number' | 'string' | 'punctuator' | 'end'
  readonly text: string
}

const PATTERN =
  /(?<blank>[\s,\ufeff]+|#[^\n\r]*)|(?<name>[_A-Za-z]\w*)|(?<number>-?\d+(?:\.\d+)?)|(?<string>"(?:\\.|[^"\\\n])*")|(?<punctuator>\.\.\.|[{}()[\]:!$=@|&])/y

/** Splits a query into tokens, the last of them `end`. */
export function tokenize(query: string): readonly Token[] {
  const tokens: Token[] = []
  let line = 1
  let lineStart = 0
  let at = 0
  while (at < query.length) {
    PATTERN.lastIndex = at
    const groups = PATTERN.exec(query)?.groups
    const location = { line, column: at - lineStart + 1 }
    if (groups === undefined) throw new GraphqlError('Syntax Error: Unexpected character', 400, location)
    const { blank, name, number, string, punctuator } = groups
    if (name !== undefined) tokens.push({ kind: 'name', text: name, ...location })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, ...location })
    else if (string !== undefined) tokens.push({ kind: 'string', text: string, ...location })
    else if (punctuator !== undefined) tokens.push({ kind: 'punctuator', text: punctuator, ...location })
    const text = blank ?? name ?? number ?? string ?? punctuator ?? ''
    at += text.length
    const breaks = text.split('\n').length - 1
    line += breaks
    if (breaks > 0) lineStart = at - (text.length - text.lastIndexOf('\n') - 1)
  }
  return [...tokens, { kind: 'end', text: '', line, column: at - lineStart + 1 }]
}
