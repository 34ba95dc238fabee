const MIN_BYTES = 32
const MIN_DISTINCT = 8
const EXAMPLE =
  /change.?(?:me|this)|replace.?(?:me|this|with)|your.?(?:own.?|session.?|cookie.?)*secret|example.?secret|password.?1234/i

/** Secrets in the documentation of well-known session libraries, which have been copied ever since. */
const PUBLISHED = [
  'keyboard cat',
  'password_at_least_32_characters',
  'averylogphrasebigger',
  'secret with minimum length of 32 characters',
  'INp8IvdIyeMcoGAgFGoA61DdBglwwSqnXJZkgz8PSnw',
  'LlKq6ZtYbr+hTC073mAmAh9/h2HwMfsFo4hrfCx5mLg',
]

/** Why `secret` must not seal anything, or `undefined`. Says nothing of its value. */
export function weaknessOf(secret: unknown): string | undefined {
  if (typeof secret !== 'string') return 'must be a string'
  if (Buffer.byteLength(secret) < MIN_BYTES) return `must be at least ${MIN_BYTES} bytes long`
  if (new Set(secret).size < MIN_DISTINCT) return 'repeats too few characters to be random'
  // Whoever has to add a digit to a password adds one at the end.
  if (isRepetition(secret) || isRepetition(secret.slice(0, -1))) return 'repeats a shorter text'
  if (isCounting(secret)) return 'counts on from one character to the next'
  if (EXAMPLE.test(secret) || PUBLISHED.some((text) => secret.includes(text))) return 'is an example, not a secret'
  return undefined
}

/** Some shorter text twice or more, the last time perhaps not to its end: moved by its length, it meets itself. */
function isRepetition(text: string): boolean {
  const half = Math.floor(text.length / 2)
  return Array.from({ length: half }, (_, index) => index + 1).some((period) => text.startsWith(text.slice(period)))
}

/** Rows of letters and digits, each the one after the one before, that begin anew a few times only. */
function isCounting(text: string): boolean {
  const codes = Array.from(text, (character) => character.charCodeAt(0))
  const beginnings = codes.filter((code, index) => code !== (codes[index - 1] ?? 0) + 1)
  return beginnings.length <= codes.length / 8
}
