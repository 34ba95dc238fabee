import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Waits until the requests before this one on its connection have been answered: Node hands over all that a browser
 * sends at once. Where one of them was not understood, its answer ends the connection, and what follows it may be a piece
 * of it that only looks like a request. Resolves with whether there is still anybody to answer.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-9.3.2
 */
export function turnOf(message: IncomingMessage, response: ServerResponse): true | Promise<boolean> {
  // Only the response whose turn it is has the connection.
  if (response.socket !== null || response.destroyed || response.writableEnded) return true
  if (message.destroyed) return Promise.resolve(false)
  return Promise.race([once(response, 'socket').then(() => true), once(message, 'close').then(() => false)])
}
