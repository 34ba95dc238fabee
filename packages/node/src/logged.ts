import { pathOf } from './route.ts'

/** What a framework knows of a request that logs usually show. */
export interface LoggedRequest {
  readonly method: string
  readonly url: string
  readonly host: string
  readonly ip: string
  readonly socket: { readonly remotePort?: number | undefined }
}

/**
 * The fields under which logs show a request, as pino names them, without the query: on the gateway's own paths, an
 * authorization code stands there.
 */
export function loggedRequest({ method, url, host, ip, socket }: LoggedRequest): object {
  return { method, url: pathOf(url), host, remoteAddress: ip, remotePort: socket.remotePort }
}
