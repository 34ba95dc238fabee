import { connect } from 'node:net'

/** Everything that came back over one connection. */
export interface RawResponse {
  /** All of it, one character per octet. */
  readonly text: string
  /** Status codes of the responses, in order, read off the text. */
  readonly statuses: readonly number[]
  /** The first of them; `undefined` when nothing like HTTP came. */
  readonly status: number | undefined
  /** Whether the server closed the connection, or broke it, before we stopped waiting. */
  readonly closed: boolean
}

/**
 * Writes `octets` to a server as they are and reads until it closes the connection, or has been silent for
 * `patience` milliseconds.
 */
export function sendRaw(
  address: { readonly host: string; readonly port: number },
  octets: string | Uint8Array,
  patience: number,
): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let connected = false
    const finish = (closed: boolean): void => {
      const text = Buffer.concat(chunks).toString('latin1')
      const statuses = [...text.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map((match) => Number(match[1]))
      socket.destroy()
      resolve({ text, statuses, status: statuses[0], closed })
    }
    const socket = connect(address, () => {
      connected = true
      socket.write(typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets)
    })
    socket.setTimeout(patience, () => finish(false))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('close', () => finish(true))
    // A server may well break a connection over what it was sent: that is an answer, and `close` follows.
    socket.on('error', (error) => {
      if (!connected) reject(error)
    })
  })
}
