import { hash } from 'node:crypto'

/** A Lua script: Redis runs it as one step. All its keys live on one slot. */
export interface Script {
  readonly text: string
  readonly sha1: string
}

/** Sends a script, with the keys it uses and its arguments. */
export type Run = (script: Script, keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>

export function script(text: string): Script {
  return { text, sha1: hash('sha1', text) }
}
