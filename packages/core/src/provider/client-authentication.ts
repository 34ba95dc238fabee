/**
 * How the application proves itself at the token endpoint. Exactly one per provider.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 */
export type ClientAuthentication =
  | { readonly method: 'client_secret_post'; readonly clientSecret: string }
  | {
      readonly method: 'client_secret_basic'
      readonly clientSecret: string
      /**
       * `url` (default) encodes as `URLSearchParams` does, so ids and secrets made of letters, digits and
       * `-._*` arrive the same at servers that decode and at those that do not. `strict` encodes everything
       * RFC 6749 appendix B allows to be encoded; `raw` nothing.
       */
      readonly encoding?: 'url' | 'strict' | 'raw'
    }
  | {
      readonly method: 'private_key_jwt'
      /** PKCS #8 PEM of the private key. */
      readonly privateKey: string
      readonly keyId?: string
      /** Default RS256. */
      readonly algorithm?: 'RS256' | 'PS256' | 'ES256' | 'EdDSA'
    }
  | { readonly method: 'none' }
