import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createDemo, type DemoOptions } from '../src/demo.ts'
import { serveWithFastify } from '../src/fastify.ts'
import { serveWithKoa } from '../src/koa.ts'

export type AdapterName = 'Fastify' | 'Koa'

/** The demo on a free port, with its providers. */
export interface RunningDemo {
  readonly origin: string
  /** Origin of the stand-in for AniList. */
  readonly standIn: string
  /** Issuer of the OpenID Provider. */
  readonly issuer: string
  close(): Promise<void>
}

export async function startDemo(
  adapterName: AdapterName,
  store: DemoOptions['store'] = 'memory',
): Promise<RunningDemo> {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const demo = await createDemo({ origin, adapterName, store, environment: {} })
  if (demo.standIn === undefined) throw new Error('Without a client the demo starts a stand-in.')
  const server = await (adapterName === 'Fastify' ? serveWithFastify : serveWithKoa)(demo, port)
  return {
    origin,
    standIn: demo.standIn,
    issuer: demo.issuer,
    async close() {
      await server.close()
      await demo.close()
    },
  }
}

/** A port nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // listening on TCP, so neither a pipe nor null
  server.close()
  await once(server, 'close')
  return port
}
