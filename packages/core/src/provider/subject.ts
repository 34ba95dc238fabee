// Events, logs and headers carry the subject: a line break in it would begin a line of its own there. And octets that
// are no UTF-8 all read the same: with them in it, several people would be one.
const SUBJECT = /^[^\p{Cc}\p{Cs}\ufffd]{1,255}$/u

/** Whether a value can name one user, and nobody else: text of at most 255 characters that everybody reads alike. */
export function isSubject(value: unknown): value is string {
  return typeof value === 'string' && SUBJECT.test(value)
}
