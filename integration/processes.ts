import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type Browser, createBrowser } from '@postern/testing'
import { onTestFinished } from 'vitest'
import type { ProcessSettings } from './process.ts'
import { CLIENT_SECRET, ORIGIN, SECRET } from './stage.ts'

/** A process of the application. */
export interface AppProcess {
  readonly address: string
  readonly child: ChildProcess
  /** What it has written to its standard error. */
  readonly complaints: () => string
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
  newBrowser(): Browser
}

/** Starts a process of the application, which the test ends. */
export async function startProcess(
  settings: Pick<ProcessSettings, 'adapter' | 'issuer' | 'redis' | 'timeout'>,
): Promise<AppProcess> {
  const all: ProcessSettings = { origin: ORIGIN, secret: SECRET, clientSecret: CLIENT_SECRET, ...settings }
  const script = new URL('./process.ts', import.meta.url).pathname
  const child = spawn(process.execPath, ['--conditions=source', script, JSON.stringify(all)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let complaints = ''
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal)
  const firstLine = once(createInterface(child.stdout), 'line')
  const [address] = await Promise.race([
    firstLine,
    ended.then(() => Promise.reject(new Error(`The process ended before it listened: ${complaints}`))),
  ])
  return {
    address: String(address),
    child,
    complaints: () => complaints,
    ended,
    newBrowser: () => createBrowser({ origin: ORIGIN, hosts: { [ORIGIN]: String(address) } }),
  }
}
