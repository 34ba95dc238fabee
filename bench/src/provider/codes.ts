import { randomBytes } from 'node:crypto'

/** Codes that were given out, with the token response that each is worth, once. */
export interface Codes {
  /** Makes a code out of an authorization request. */
  issue(request: URLSearchParams): string
  /** The token response, ready to be sent; `undefined` for a code that is unknown or spent. */
  redeem(code: string): string | undefined
}

/** What a token response of this kind of provider holds besides the access token. */
export type Extras = (request: URLSearchParams) => object

// Octets of an access token, where the visitor asked for no other length.
const USUAL_LENGTH = 640

/**
 * The whole token response is made when the code is, which is before anything is measured: a provider that signs while
 * it answers would be slower than most of those who ask it.
 */
export function createCodes(extras: Extras): Codes {
  const responses = new Map<string, string>()
  return {
    issue(request) {
      const code = randomBytes(24).toString('base64url')
      const length = Number(request.get('octets') ?? USUAL_LENGTH)
      // Of one length, and each different: what a session library would find the same, it might store once.
      const accessToken = randomBytes(length).toString('base64url').slice(0, length)
      const response = { access_token: accessToken, token_type: 'Bearer', expires_in: 86_400, ...extras(request) }
      responses.set(code, JSON.stringify(response))
      return code
    },
    redeem(code) {
      const response = responses.get(code)
      responses.delete(code)
      return response
    },
  }
}
