import type { AddressInfo } from 'node:net'
import type { RunningAdapter } from '@postern/testing'
import type Koa from 'koa'

/** Starts an application on a free port of 127.0.0.1. */
export async function listen(app: Pick<Koa, 'callback' | 'listen'>): Promise<RunningAdapter> {
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  // A TCP server has an address object; only pipes have a string.
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
