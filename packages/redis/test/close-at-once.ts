import { setImmediate as turn } from 'node:timers/promises'
import { redisStore } from '../src/index.ts'

// Closes stores before, while and after they connect. Then nothing may keep this process alive.

const options = { url: process.argv[2] ?? '' }
const [early, connecting, used, away] = [
  redisStore(options),
  redisStore(options),
  redisStore(options),
  redisStore({ url: 'redis://127.0.0.1:1' }),
]
await early.close()
await turn()
await connecting.close()
await used.get('key')
await used.close()
await away.close()
console.log('closed')
