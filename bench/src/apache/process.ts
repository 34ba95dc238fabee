import type { Setting } from '../contestant/contestant.ts'
import { startApache } from './apache.ts'
import type { Name } from './configuration.ts'
import { cpuTimeOfTree } from './cpu-time.ts'

// The process that answers for an Apache: `node process.ts <name> <setting as JSON>`. It tells the CPU time of all of
// Apache's processes when asked, and ends when Apache has.
const [name, setting = '{}'] = process.argv.slice(2)
let stop = (): void => process.exit()
process.on('disconnect', () => stop())
// The benchmark says which.
const { pid, keeper } = await startApache(name as Name, JSON.parse(setting) as Setting)
keeper.once('exit', () => process.exit())
stop = () => keeper.disconnect()
process.on('message', () => process.send?.({ microseconds: cpuTimeOfTree(pid) }))
process.send?.('listening')
