import { connect, type Socket } from 'node:net'

/** A connection on which every octet is the test's own. */
export interface RawConnection {
  readonly socket: Socket
  write(octets: string | Buffer): void
  /** Everything that has come so far, one character for each octet. */
  readonly received: () => string
  /** Resolves when what has come matches, with all of it. Rejects when the connection closes before. */
  until(pattern: RegExp): Promise<string>
  /** Resolves with everything when the connection has closed. */
  closed(): Promise<string>
}

export function openConnection(port: number): RawConnection {
  const socket = connect(port, '127.0.0.1')
  const chunks: string[] = []
  const received = (): string => chunks.join('')
  socket.on('data', (chunk) => chunks.push(chunk.toString('latin1')))
  // A connection that is reset has closed: what had come by then is what counts.
  socket.on('error', () => undefined)
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(received())))
  return {
    socket,
    write: (octets) => void socket.write(octets),
    received,
    closed: () => closed,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (pattern.test(received())) resolve(received())
        }
        socket.on('data', look)
        socket.once('close', () => reject(new Error(`closed before ${pattern}: ${received().slice(0, 500)}`)))
        look()
      }),
  }
}

export interface RawResponse {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** As it came, chunks and all. */
  readonly body: string
  readonly text: string
}

/** Sends octets on a connection of their own, and reads until the server closes it. */
export async function exchange(port: number, octets: string | Buffer): Promise<RawResponse> {
  const connection = openConnection(port)
  connection.write(octets)
  return parse(await connection.closed())
}

/** The last response in what came, past interim ones. */
export function parse(text: string): RawResponse {
  const rest = text.replace(/^(?:HTTP\/1\.1 1\d\d [\s\S]*?\r\n\r\n)+/, '')
  const end = rest.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = rest.slice(0, end === -1 ? rest.length : end).split('\r\n')
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
  })
  return { status: Number(statusLine.split(' ')[1]), headers, body: end === -1 ? '' : rest.slice(end + 4), text }
}

/** Every value of a header. */
export function values({ headers }: Pick<RawResponse, 'headers'>, name: string): readonly string[] {
  return headers.filter((line) => line[0] === name).map((line) => line[1])
}

/** The body of a chunked response, put together, and whether its last chunk came. */
export function unchunk(body: string): {
  readonly content: string
  readonly isWhole: boolean
  readonly trailers: string
} {
  let content = ''
  let at = 0
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at)
    const size = Number.parseInt(body.slice(at, lineEnd), 16)
    if (lineEnd === -1 || Number.isNaN(size)) return { content, isWhole: false, trailers: '' }
    if (size === 0) return { content, isWhole: body.endsWith('\r\n\r\n'), trailers: body.slice(lineEnd + 2) }
    content += body.slice(lineEnd + 2, lineEnd + 2 + size)
    at = lineEnd + 2 + size + 2
  }
}
