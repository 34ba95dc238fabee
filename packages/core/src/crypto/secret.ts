const MIN_BYTES = 32
const MIN_DISTINCT = 8
const EXAMPLE =
  /change.?(?:me|this)|replace.?(?:me|this|with)|your.?(?:own.?|session.?|cookie.?)*secret|example.?secret/i

/** Why `secret` must not seal anything, or `undefined`. Says nothing of its value. */
export function weaknessOf(secret: unknown): string | undefined {
  if (typeof secret !== 'string') return 'must be a string'
  if (Buffer.byteLength(secret) < MIN_BYTES) return `must be at least ${MIN_BYTES} bytes long`
  if (new Set(secret).size < MIN_DISTINCT) return 'repeats too few characters to be random'
  if (isRepetition(secret)) return 'repeats a shorter text'
  if (EXAMPLE.test(secret)) return 'is an example, not a secret'
  return undefined
}

/** A text that is some shorter text several times over is found in itself before its own end. */
function isRepetition(text: string): boolean {
  return (text + text).indexOf(text, 1) < text.length
}
