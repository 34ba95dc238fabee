import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

// Keeps a server that would outlive whoever started it: `node keeper.ts <folder> <command> …`. It tells the server's
// process id, stops the server as soon as the channel is closed, whatever the reason, and removes the folder then.
const [folder = '', command = '', ...parameters] = process.argv.slice(2)
const server = spawn(command, parameters, { stdio: ['ignore', 'inherit', 'inherit'] })
const stop = (): void => void server.kill()
process.on('disconnect', stop)
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(signal, stop)
server.once('exit', () => {
  const log = join(folder, 'error_log')
  if (existsSync(log)) process.stderr.write(readFileSync(log))
  rmSync(folder, { recursive: true, force: true })
  process.exit()
})
process.send?.({ pid: server.pid })
