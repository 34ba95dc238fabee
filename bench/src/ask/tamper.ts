/** Changes the cookies whose names match, and leaves the others as they are. */
export type Tamper = (cookies: string, names: RegExp) => string

/** Cookies of the right shape and with the wrong tag: as dear as a forgery gets. */
export const forged: Tamper = (cookies, names) => {
  return eachValue(cookies, names, (value) => {
    const at = forgeable(value, Math.max(0, value.length - 30))
    return value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1)
  })
}

/** Cookies of the right names, and nothing behind them. */
export const garbage: Tamper = (cookies, names) => eachValue(cookies, names, () => 'garbage')

function eachValue(cookies: string, names: RegExp, change: (value: string) => string): string {
  return cookies
    .split('; ')
    .map((cookie) => {
      const at = cookie.indexOf('=') + 1
      if (!names.test(cookie.slice(0, at - 1))) return cookie
      return cookie.slice(0, at) + change(cookie.slice(at))
    })
    .join('; ')
}

/** The first place from there on that is a letter, and not one of a percent-encoded octet. */
function forgeable(value: string, from: number): number {
  for (let at = from; at < value.length; at += 1) {
    if (/[a-z]/i.test(value[at] ?? '') && !value.slice(Math.max(0, at - 2), at).includes('%')) return at
  }
  return from
}
