import type { ServerResponse } from 'node:http'
import { type Cookie, type HeaderLine, serializeCookie } from '@postern/core'
import type { Dispatcher } from 'undici'

/** The browser's side of a forwarded exchange. A browser that reads slowly makes the target send slowly. */
export interface ResponseStream {
  start(status: number, headers: readonly HeaderLine[], cookies: readonly Cookie[]): void
  write(chunk: Buffer): void
  end(trailers: readonly HeaderLine[]): void
}

export function createResponseStream(
  response: ServerResponse,
  controller: Pick<Dispatcher.DispatchController, 'pause' | 'resume'>,
): ResponseStream {
  return {
    start(status, headers, cookies) {
      for (const [name, value] of headers) response.appendHeader(name, value)
      for (const cookie of cookies) response.appendHeader('set-cookie', serializeCookie(cookie))
      response.writeHead(status)
      // The head goes out at once: an event stream may have nothing to say for a while.
      response.flushHeaders()
    },
    write(chunk) {
      if (response.write(chunk)) return
      controller.pause()
      response.once('drain', () => controller.resume())
    },
    end(trailers) {
      if (trailers.length > 0) response.addTrailers(Object.fromEntries(trailers))
      response.end()
    },
  }
}
