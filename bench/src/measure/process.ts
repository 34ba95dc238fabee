import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A child process that answers messages, one at a time. */
export interface Worker {
  /** What it said when it was ready. */
  readonly first: unknown
  ask(message: unknown): Promise<unknown>
  /** The end of what it has printed. */
  said(): string
  stop(): Promise<void>
}

export interface WorkerOptions {
  /** The module to run. TypeScript of ours runs from source. */
  readonly module: URL
  readonly parameters?: readonly string[]
  /** Where there are two cores, the server gets one, and who asks and answers it the other. */
  readonly core: 0 | 1
  /** Folder where the process leaves a CPU profile when it ends, under this name. */
  readonly profile?: { readonly folder: string; readonly name: string } | undefined
}

const MAX_PRINTED = 10_000

const CAN_PIN = spawnSync('taskset', ['-c', '1', 'true']).status === 0

/** Starts a child process and waits for its first word. */
export async function startWorker({ module, parameters = [], core, profile }: WorkerOptions): Promise<Worker> {
  const fromSource = module.pathname.endsWith('.ts') ? ['--conditions=source'] : []
  const profiled =
    profile === undefined
      ? []
      : ['--cpu-prof', '--cpu-prof-dir', profile.folder, '--cpu-prof-name', `${profile.name}.cpuprofile`]
  const node = [process.execPath, ...fromSource, ...profiled, '--expose-gc', fileURLToPath(module), ...parameters]
  const [command = '', ...rest] = CAN_PIN ? ['taskset', '-c', String(core), ...node] : node
  // Like an application that is served to people: some libraries do more for developers.
  const env = { ...process.env, NODE_ENV: 'production' }
  const child = spawn(command, rest, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  // Some libraries print warnings by the dozen. They are shown when something goes wrong.
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-MAX_PRINTED)
    })
  }
  const first = await nextMessage(child).catch((cause: unknown) => {
    throw new Error(`${module.pathname} ${parameters[0]} did not start\n${printed}`, { cause })
  })
  return {
    first,
    async ask(message) {
      const answer = nextMessage(child)
      child.send(message as object)
      return answer
    },
    said: () => printed,
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
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.disconnect()
  })
}
