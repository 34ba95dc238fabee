import type { CompactVerifyGetKey, CompactVerifyResult, VerifyOptions } from 'jose'

/**
 * The protocol library, loaded by the first call that needs it: a server that only reads sessions never pays for
 * it. The module loader keeps what was loaded.
 */
export const loadOpenidClient = () => import('openid-client')

export type OpenidClient = Awaited<ReturnType<typeof loadOpenidClient>>

/** The three things of `jose` that are used, each from its own module. */
export interface Jose {
  readonly compactVerify: (
    jws: string,
    key: CompactVerifyGetKey,
    options: VerifyOptions,
  ) => Promise<CompactVerifyResult>
  readonly createLocalJWKSet: typeof import('jose/jwks/local')['createLocalJWKSet']
  readonly importPKCS8: typeof import('jose/key/import')['importPKCS8']
}

/** `jose`, loaded like `openid-client` by the first call that needs it. */
export async function loadJose(): Promise<Jose> {
  const [{ compactVerify }, { createLocalJWKSet }, { importPKCS8 }] = await Promise.all([
    import('jose/jws/compact/verify'),
    import('jose/jwks/local'),
    import('jose/key/import'),
  ])
  return { compactVerify, createLocalJWKSet, importPKCS8 }
}
