import type { IncomingHttpHeaders } from 'node:http'

/** Names and values alternating, as the core has them. What undici has read already is not read again. */
export function linesOf(headers: IncomingHttpHeaders): readonly string[] {
  const lines: string[] = []
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    if (typeof value === 'string') lines.push(name, value)
    else for (const one of value ?? []) lines.push(name, one)
  }
  return lines
}

/** The same by name, as `node:http` and `node:http2` take trailers. */
export function valuesByName(lines: readonly string[]): Record<string, string[]> {
  const values = new Map<string, string[]>()
  for (const [name, value] of pairsOf(lines)) {
    const known = values.get(name)
    if (known === undefined) values.set(name, [value])
    else known.push(value)
  }
  return Object.fromEntries(values)
}

/** The same as pairs. */
export function pairsOf(lines: readonly string[]): [name: string, value: string][] {
  const pairs: [string, string][] = []
  for (let index = 0; index < lines.length; index += 2) pairs.push([lines[index] ?? '', lines[index + 1] ?? ''])
  return pairs
}
