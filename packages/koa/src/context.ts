import type { IncomingMessage } from 'node:http'
import { type Mount, pathOf } from '@postern/node'
import type { ExtendableContext } from 'koa'

const MOUNTS: unique symbol = Symbol('postern.mounts')

declare module 'node:http' {
  interface IncomingMessage {
    [MOUNTS]?: readonly Mount[]
  }
}

/** Mounts this request has come past. */
export function mountsOf(message: IncomingMessage): readonly Mount[] | undefined {
  return message[MOUNTS]
}

export function addMount(message: IncomingMessage, mount: Mount): void {
  message[MOUNTS] = [...(message[MOUNTS] ?? []), mount]
}

/**
 * The target as the browser sees it. `koa-mount` takes prefixes off `ctx.path`, once or several times, and leaves
 * `ctx.mountPath` behind afterwards; what remains is a tail of the original path. Anything else is a rewrite.
 */
export function targetOf({ url, originalUrl, path }: ExtendableContext): string {
  const isMounted = url === originalUrl || path === '/' || pathOf(originalUrl).endsWith(path)
  return isMounted ? originalUrl : url
}
