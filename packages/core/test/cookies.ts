import type { Cookie } from '../src/http/cookie.ts'

/** The `Cookie` header of a browser that had `before` and was then told to set `cookies`. */
export function headerAfter(cookies: readonly Cookie[], before?: string): string | undefined {
  const jar = new Map<string, string>()
  for (const pair of before?.split('; ') ?? []) {
    const equals = pair.indexOf('=')
    jar.set(pair.slice(0, equals), pair.slice(equals + 1))
  }
  for (const { name, value, attributes } of cookies) {
    jar.delete(name)
    if (attributes.maxAge > 0) jar.set(name, value)
  }
  const header = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  return header === '' ? undefined : header
}

/** A clock that stands still until it is told to move. */
export function stoppedClock(at: number): { (): number; advance(milliseconds: number): void } {
  let time = at
  const now = (): number => time
  return Object.assign(now, {
    advance: (milliseconds: number): void => {
      time += milliseconds
    },
  })
}
