// Starts the server beside it, says when it listens, and how much memory it takes then: `node serve.mjs <port>`.
import { start } from './server.mjs'

await start({ port: Number(process.argv[2]) })
process.on('disconnect', () => process.exit(0))
process.send?.({ resident: process.memoryUsage.rss() })
