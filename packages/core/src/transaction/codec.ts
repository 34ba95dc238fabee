import type { Transaction } from './transaction.ts'

const FORMAT = 2

// A list in place of an object: five of these travel with every request, and names are a third of one.
type Listed = readonly [
  format: typeof FORMAT,
  provider: string,
  state: string,
  codeVerifier: string,
  loop: string,
  startedAt: number,
  issuer: string | null,
  nonce: string | null,
  returnTo: string | null,
  maxAge: number | null,
  acr: readonly string[] | null,
  former: Transaction['former'] | null,
]

/** The transaction as the text that is sealed. */
export function encodeTransaction(transaction: Transaction): string {
  const { provider, state, codeVerifier, loop, startedAt } = transaction
  const { issuer, nonce, returnTo, maxAge, acr, former } = transaction
  return JSON.stringify([
    FORMAT,
    provider,
    state,
    codeVerifier,
    loop,
    startedAt,
    issuer,
    nonce,
    returnTo,
    maxAge,
    acr,
    former,
  ] satisfies { readonly [Index in keyof Listed]: Listed[Index] | undefined })
}

/**
 * Reads what `encodeTransaction` wrote. The seal vouches for the shape, so only the format is looked at: `undefined` for a
 * sign-in that another version started, whose user starts again.
 */
export function decodeTransaction(text: string): Transaction | undefined {
  // It comes out of our own seal.
  const listed = JSON.parse(text) as Listed | { readonly [0]: undefined }
  if (listed[0] !== FORMAT) return undefined
  const [, provider, state, codeVerifier, loop, startedAt, issuer, nonce, returnTo, maxAge, acr, former] = listed
  return {
    provider,
    state,
    codeVerifier,
    loop,
    startedAt,
    issuer: issuer ?? undefined,
    nonce: nonce ?? undefined,
    returnTo: returnTo ?? undefined,
    maxAge: maxAge ?? undefined,
    acr: acr ?? undefined,
    former: former ?? undefined,
  }
}
