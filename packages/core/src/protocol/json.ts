export type JsonObject = Readonly<Record<string, unknown>>

// A token response, a key set or a profile is three or four levels deep. What is deeper is out to exhaust the
// stack of whatever walks it next.
const MAX_DEPTH = 32

/** The value a text holds, or `undefined` when it is not JSON or nested deeper than 32 levels. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text)
    return isShallow(value, MAX_DEPTH) ? value : undefined
  } catch {
    return undefined
  }
}

export const BYTE_ORDER_MARK = '\ufeff'

/**
 * Whether an object names a member twice, in any spelling: of those, every reader takes another. Only members of the
 * object itself are looked at, and the text has to be JSON.
 */
export function repeatsMember(json: string): boolean {
  const names = new Set<string>()
  let depth = 0
  let last = ''
  for (const [token] of json.matchAll(TOKEN)) {
    if (token === ':' && depth === 1) {
      const name: string = JSON.parse(last)
      if (names.has(name)) return true
      names.add(name)
    } else if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
    last = token
  }
  return false
}

// A string as a whole, or what gives a text its structure.
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/gs

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
