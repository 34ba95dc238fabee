import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A child process that answers messages, one at a time. */
export interface Worker {
  ask(message: unknown): Promise<unknown>
  stop(): Promise<void>
}

// With two cores or more, the server and the load get one each, so that neither is billed for the other.
const CAN_PIN = spawnSync('taskset', ['-c', '1', 'true']).status === 0

/** Starts a module of this folder as a child process, from source, on that core, and waits for its first word. */
export async function startWorker(module: string, parameters: readonly string[], core: 0 | 1): Promise<Worker> {
  const file = fileURLToPath(new URL(module, import.meta.url))
  const node = [process.execPath, '--conditions=source', '--expose-gc', file, ...parameters]
  const [command = '', ...rest] = CAN_PIN ? ['taskset', '-c', String(core), ...node] : node
  const child = spawn(command, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  await nextMessage(child)
  return {
    async ask(message) {
      const answer = nextMessage(child)
      child.send(message as object)
      return answer
    },
    stop: () => stop(child),
  }
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`A process of the benchmark ended with ${code}`))
    child.once('exit', onExit)
    child.once('message', (message) => {
      child.off('exit', onExit)
      resolve(message)
    })
  })
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.disconnect()
  })
}
