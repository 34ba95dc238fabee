import { type Settlement, serializeCookie } from '@postern/core'

/**
 * An error that takes what has to reach the browser with it, in the `headers` that frameworks send with an error when
 * they have removed all others. It is the same error: whoever catches it may compare it. What is no object cannot take
 * anything.
 */
export function withSettlement(error: unknown, { headers, cookies }: Settlement): unknown {
  if (typeof error !== 'object' || error === null) return error
  const own = Object.entries(Reflect.get(error, 'headers') ?? {})
  const lines = own.filter(([name]) => isSetCookie(name)).flatMap(([, value]) => value)
  lines.push(...cookies.map(serializeCookie))
  const others = own.filter(([name]) => !isSetCookie(name))
  const all = [...others, ...headers, ...(lines.length === 0 ? [] : [['set-cookie', lines] as const])]
  // Not enumerable: loggers print what is, and a cookie is a secret.
  const descriptor = { value: Object.fromEntries(all), enumerable: false, configurable: true, writable: true }
  Reflect.defineProperty(error, 'headers', descriptor)
  return error
}

function isSetCookie(name: string): boolean {
  return name.toLowerCase() === 'set-cookie'
}
