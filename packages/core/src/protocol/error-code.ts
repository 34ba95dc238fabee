const CODE = /^[A-Z][A-Z0-9_]{1,63}$/

/**
 * The machine-readable code of an error, or of what caused it: `ECONNREFUSED`, `ERR_JWKS_NO_MATCHING_KEY`. It is
 * all that is kept of an error that is not ours: messages quote headers, and causes hold bodies and tokens.
 */
export function errorCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  return ownCode(error) ?? ownCode(error.cause)
}

function ownCode(value: unknown): string | undefined {
  const code: unknown = typeof value === 'object' && value !== null && 'code' in value ? value.code : undefined
  return typeof code === 'string' && CODE.test(code) ? code : undefined
}
