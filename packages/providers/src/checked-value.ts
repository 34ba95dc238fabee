import { GatewayError } from '@postern/core'

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The subject from a provider's user id: a non-empty string, or a positive whole number as a string. Anything else
 * would let two people share an account.
 *
 * @throws GatewayError `profile_invalid`
 */
export function subjectFrom(value: unknown, provider: string): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 255) return value
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return String(value)
  throw new GatewayError('profile_invalid', { provider })
}

/** A string with something in it, or `undefined`. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A web address, or `undefined`: profiles reach browsers, where a `javascript:` address would run. */
export function webAddress(value: unknown): string | undefined {
  const url = typeof value === 'string' ? URL.parse(value) : null
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : undefined
}

/** An address's origin; the address itself when it is none, for `defineProvider` to refuse by name. */
export function originOf(address: string): string {
  return URL.parse(address)?.origin ?? address
}

/** `value` without its trailing slashes: base addresses are written both ways. What is no text, `defineProvider` refuses. */
export function withoutTrailingSlash(value: string): string {
  return String(value).replace(/\/+$/, '')
}

/** Only what is known: `undefined` fields would take room in a sealed session. */
export function known<Fields extends object>(fields: Fields): { readonly [Name in keyof Fields]?: Fields[Name] } {
  // `fromEntries` forgets the names of the fields, and taking some away cannot add others.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Fields>
}
