const REPLIES = ['SimpleError', 'BlobError', 'ErrorReply']

/**
 * A failure of the client in a few words, for an operator. Never its message: Redis quotes the command it did not
 * like, and an address holds a password.
 */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  const { name } = error.constructor
  if (name === 'ClientClosedError') return 'has a client that was closed, or never connected'
  const answer = REPLIES.includes(name) ? /^[A-Z]+/.exec(error.message)?.[0] : undefined
  if (answer !== undefined) return `answered ${answer}`
  const code = 'code' in error ? error.code : undefined
  if (typeof code === 'string' && /^[A-Z][A-Z_]+$/.test(code)) return `cannot be reached: ${code}`
  return `failed: ${name}`
}
