export type JsonObject = Readonly<Record<string, unknown>>

// A token response, a key set or a profile is three or four levels deep. What is deeper is out to exhaust the
// stack of whatever walks it next.
const MAX_DEPTH = 32

/** The value a text holds, or `undefined` when it is not JSON or nested deeper than 32 levels. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isShallow(value, MAX_DEPTH) ? value : undefined
  } catch {
    return undefined
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Without a member named `__proto__`: `JSON.parse` keeps one, and an assignment elsewhere would obey it. */
export function withoutProto(object: JsonObject): JsonObject {
  if (!Object.hasOwn(object, '__proto__')) return object
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== '__proto__'))
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return depth > 0 && Object.values(value).every((member) => isShallow(member, depth - 1))
}
