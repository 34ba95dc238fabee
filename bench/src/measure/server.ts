import type { Setting } from '../contestant/contestant.ts'
import { contestants } from '../contestant/contestants.ts'

// The process of one contestant: `node server.ts <name> <setting as JSON>`. It tells its CPU time when asked.
const [name = '', setting = '{}'] = process.argv.slice(2)
const contestant = contestants.get(name)
if (contestant === undefined) throw new Error(`No contestant ${name}`)

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ microseconds: user + system, memory: process.memoryUsage() })
})
process.on('disconnect', () => process.exit(0))
await contestant.start(JSON.parse(setting) as Setting)
process.send?.('listening')
