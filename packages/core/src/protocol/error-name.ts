const NAME = /^(?=.{1,64}$)[a-z]{1,20}(?:[_.-][a-z]{1,20})*$/

/**
 * What is kept of the `error` of an authorization server, for logs and for advice: words, as every registered name is
 * made of. RFC 6749 allows whatever can be printed, and anybody can write it into a callback: markup for whatever shows
 * logs. A server may also echo what it was sent: a code or a secret does not look like this.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-11.4
 */
export function errorName(error: string | undefined): string | undefined {
  return error !== undefined && NAME.test(error) ? error : undefined
}
