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

/** What the headers say of `auth`, under lower-case names. Throws what the functions throw: then nothing is said. */
export function identityLines(headers: IdentityHeaders, auth: SignedInAs<Provider>): readonly HeaderLine[] {
  const lines: HeaderLine[] = []
  for (const [name, value] of Object.entries(headers)) {
    const said = value(auth)
    if (said !== undefined) lines.push([name.toLowerCase(), headerSafe(said)])
  }
  return lines
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
