const NAME = /^[A-Za-z0-9_.:/-]{1,64}$/

/**
 * What is kept of the `error` of an authorization server, for logs and for advice: a short name. RFC 6749 allows more
 * characters than any registered name has, and anybody can write them into a callback: markup, for whatever shows logs.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-11.4
 */
export function errorName(error: string | undefined): string | undefined {
  return error !== undefined && NAME.test(error) ? error : undefined
}
