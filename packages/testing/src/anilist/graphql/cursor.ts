import { GraphqlError, type Location } from './graphql-error.ts'
import { type Token, tokenize } from './token.ts'

/** A place in a query, moved forward by whoever reads. */
export interface Cursor {
  peek(): Token
  /** The next token, which must read `text` if that is given. */
  take(text?: string): Token
  /** Takes the next token if it is this punctuator. */
  accept(punctuator: string): boolean
  /** Takes a name. */
  name(): string
}

const END: Token = { kind: 'end', text: '', line: 1, column: 1 }

export function createCursor(query: string): Cursor {
  const tokens = tokenize(query)
  let at = 0
  const peek = (): Token => tokens[at] ?? tokens.at(-1) ?? END
  const take = (text?: string): Token => {
    const token = peek()
    if (token.kind === 'end' || (text !== undefined && token.text !== text)) throw unexpected(token)
    at += 1
    return token
  }
  return {
    peek,
    take,
    accept(punctuator) {
      const { kind, text } = peek()
      if (kind !== 'punctuator' || text !== punctuator) return false
      take()
      return true
    },
    name() {
      if (peek().kind !== 'name') throw unexpected(peek())
      return take().text
    },
  }
}

/** The error for a token that cannot stand where it stands. */
export function unexpected(token: Token, why = 'not understood by the stand-in'): GraphqlError {
  const what = token.kind === 'end' ? '<EOF>' : token.text
  return new GraphqlError(`Syntax Error: Unexpected ${what} (${why})`, 400, locationOf(token))
}

export function locationOf({ line, column }: Location): Location {
  return { line, column }
}
