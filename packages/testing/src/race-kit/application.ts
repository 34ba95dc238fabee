import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { on, once } from 'node:events'
import { extname } from 'node:path'
import type { FromProcess, Setup, ToProcess } from './messages.ts'

/** A process of the application that races, as its parent sees it. */
export interface Application {
  readonly pid: number
  /** Where it listens. */
  readonly port: number
  /** Moves its clock forward. */
  advance(milliseconds: number): Promise<void>
  /** Ends it without a word, as `kill -9` does. */
  kill(): Promise<void>
  /** Ends it in good order. Fails when it does not end by itself. */
  close(): Promise<void>
}

// Milliseconds a process has to start, to move its clock, and to end.
const PATIENCE = 30_000

/**
 * Starts a process.
 *
 * @param mayPresent asked before it presents a refresh token; the process waits for the answer
 */
export async function startApplication(
  setup: Setup,
  execArgv: readonly string[],
  mayPresent: (pid: number, token: string) => Promise<boolean>,
): Promise<Application> {
  // This file and that one are built together, so they end alike.
  const file = new URL(`./application-process${extname(import.meta.filename)}`, import.meta.url)
  const child = fork(file, [JSON.stringify(setup)], {
    execArgv: [...execArgv],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const pid = child.pid ?? 0
  const tell = (message: ToProcess): void => {
    // One that was killed hears nothing any more.
    if (child.connected) child.send(message)
  }
  child.on('message', (message: FromProcess) => {
    if (message.type !== 'presenting') return
    const { id, token } = message
    mayPresent(pid, token).then((isPermitted) => isPermitted && tell({ type: 'present', id }), abandon)
  })

  const { port } = await messageFrom(child, 'listening')
  return {
    pid,
    port,
    async advance(milliseconds) {
      const advanced = messageFrom(child, 'advanced')
      tell({ type: 'advance', milliseconds })
      await advanced
    },
    async kill() {
      const exit = once(child, 'exit')
      if (child.kill('SIGKILL')) await exit
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit', { signal: AbortSignal.timeout(PATIENCE) })
      tell({ type: 'close' })
      const [code] = await exit.catch(abandon)
      assert.equal(code, 0, 'a process did not end in good order')
    },
  }

  function abandon(error: unknown): never {
    child.kill('SIGKILL')
    throw error
  }
}

/** The next message of one type. Rejects when the process ends, or says nothing for too long. */
async function messageFrom<Type extends FromProcess['type']>(
  child: ChildProcess,
  type: Type,
): Promise<Extract<FromProcess, { type: Type }>> {
  const done = new AbortController()
  const signal = AbortSignal.any([done.signal, AbortSignal.timeout(PATIENCE)])
  const exit = once(child, 'exit', { signal }).then(([code, killer]) =>
    assert.fail(`a process ended: ${code ?? killer}`),
  )
  try {
    return await Promise.race([heard(child, type, signal), exit])
  } finally {
    done.abort()
  }
}

async function heard<Type extends FromProcess['type']>(
  child: ChildProcess,
  type: Type,
  signal: AbortSignal,
): Promise<Extract<FromProcess, { type: Type }>> {
  // Only `application-process.ts` writes here.
  for await (const [message] of on(child, 'message', { signal }) as AsyncIterable<[FromProcess]>) {
    if (message.type === type) return message as Extract<FromProcess, { type: Type }>
  }
  throw new Error('unreachable: messages go on until the signal')
}
