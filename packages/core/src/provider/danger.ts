/**
 * Allows plain http for one provider, on localhost, 127.0.0.0/8 and [::1] only: a stand-in server in a test or a
 * demo. A symbol, so that it is imported by name, found by searching, and never read from JSON.
 */
export const insecureLoopback: unique symbol = Symbol('postern.insecureLoopback')

/**
 * Sends the code verifier itself as the challenge, for a provider that does not know S256. Whoever reads the
 * authorization request can then spend the code, so nothing else should use it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.2
 */
export const plainCodeChallenge: unique symbol = Symbol('postern.plainCodeChallenge')
