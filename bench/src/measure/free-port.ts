import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port that nothing on 127.0.0.1 holds now, neither a server nor the near end of somebody's connection: a gateway
 * has to know its origin before it listens.
 */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('A listening server has no port')
  return address.port
}
