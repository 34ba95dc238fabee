import { GatewayError } from '../error.ts'
import type { HeaderLine } from '../http/decision.ts'
import type { Provider } from '../provider/provider.ts'
import type { SignedInAs } from '../session/auth.ts'
import { canonical } from './header-name.ts'

/**
 * Header names, and what each says about who is asking. What is not visible ASCII is percent-encoded in UTF-8, and `%`
 * itself: `decodeURIComponent` gives back what the function returned. `undefined` says nothing.
 */
export type IdentityHeaders<P extends Provider = Provider> = Readonly<
  Record<string, (auth: SignedInAs<P>) => string | undefined>
>

/**
 * What the headers say of `auth`, under lower-case names. Throws `identity_header_invalid` when a function throws or
 * returns what is no text: then nothing is said at all.
 */
export function identityLines(headers: IdentityHeaders, auth: SignedInAs<Provider>): readonly HeaderLine[] {
  const lines: HeaderLine[] = []
  for (const [name, value] of Object.entries(headers)) {
    const said = saidBy(name, value, auth)
    if (said !== undefined) lines.push([name.toLowerCase(), headerSafe(said)])
  }
  return lines
}

function saidBy(name: string, value: IdentityHeaders[string], auth: SignedInAs<Provider>): string | undefined {
  const said = called(name, value, auth)
  if (typeof said === 'string') return said
  // What profiles and databases say for nothing.
  if (said === undefined || said === null) return undefined
  // Nobody waits for it, and a rejection that nobody handles ends the process.
  if (said instanceof Promise) said.catch(() => undefined)
  throw new GatewayError('identity_header_invalid', {
    advice: `The function of the header ${name} must return a string at once, or undefined: it returned a value of type ${typeof said}.`,
  })
}

/** Functions come from JavaScript too: what they return is not believed. */
function called(name: string, value: IdentityHeaders[string], auth: SignedInAs<Provider>): unknown {
  try {
    return value(auth)
  } catch (error) {
    const cause = error instanceof Error ? error : undefined
    throw new GatewayError('identity_header_invalid', { advice: `The function of the header ${name} threw.`, cause })
  }
}

/** Everything wrong with names and functions of identity headers, as sentences. */
export function identityProblems(headers: unknown): readonly string[] {
  return Object.entries(headers ?? {}).flatMap(([name, value]) => [
    ...headerNameProblems(name),
    ...(typeof value === 'function' ? [] : [`must give the header ${JSON.stringify(name)} a function.`]),
  ])
}

/** A name that only the gateway may set, or that says where a message ends, is not to be had. */
export function headerNameProblems(name: string): readonly string[] {
  return /^[A-Za-z0-9-]+$/.test(name) && !NOT_TO_BE_SET.has(canonical(name))
    ? []
    : [`cannot set the header ${JSON.stringify(name)}.`]
}

const NOT_TO_BE_SET: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'content-length',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** A value that is one header line whatever it contains, and that nobody trims: spaces at its ends are encoded. */
export function headerSafe(value: string): string {
  return value.replace(/[^\x20-\x7e]|%|^ | $/gu, (character) =>
    encodeURIComponent(character.isWellFormed() ? character : '\ufffd'),
  )
}
