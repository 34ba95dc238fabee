/**
 * Names of keys in Redis. The braces hold what decides about the slot of a cluster, so that a record lives with its
 * leases, and scripts can use both.
 */
export interface Keys {
  record(key: string): string
  /** Held as long as it exists. */
  lease(key: string, name: string): string
  /** The last fence that was given. */
  fence(key: string, name: string): string
  index(name: string): string
}

export function createKeys(prefix: string): Keys {
  return {
    record: (key) => `${prefix}:{${escapeBraces(key)}}:r`,
    lease: (key, name) => `${prefix}:{${escapeBraces(key)}}:l:${name}`,
    fence: (key, name) => `${prefix}:{${escapeBraces(key)}}:f:${name}`,
    index: (name) => `${prefix}:{${escapeBraces(name)}}:i`,
  }
}

/** With no brace inside, the first one that closes ends the key, whatever stands in it. Empty braces would not count. */
function escapeBraces(text: string): string {
  if (text === '') return '%'
  return text.replace(/[%{}]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)
}
