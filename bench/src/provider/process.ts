import { once } from 'node:events'
import { createServer } from 'node:http'
import { createProvider } from './provider.ts'

// The providers in a process of their own, on another core than the server under measurement.
let origin = ''
// Longer than any pause between two bursts, so that nobody is billed for new connections.
const server = createServer(
  { keepAliveTimeout: 120_000 },
  createProvider(() => origin),
).listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
if (address === null || typeof address === 'string') throw new Error('A listening server has no port')
origin = `http://127.0.0.1:${address.port}`

process.on('message', () => process.send?.({ origin }))
process.on('disconnect', () => process.exit(0))
process.send?.('listening')
