import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A server of somebody else's, in a process of its own. */
export interface ServerProcess {
  readonly port: number
  /** Ends the process and removes its folder. */
  stop(): Promise<void>
}

/** How to run a server. */
export interface Program {
  /** Its name, and that of its Debian package. */
  readonly name: string
  /** Arguments that make it listen on `port`, with everything that it writes in `folder`. */
  arguments(port: number, folder: string): readonly string[]
}

/** Starts a server on a free port, in a folder of its own. Rejects with what it printed when it does not start. */
export async function startProgram({ name, arguments: argumentsFor }: Program): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), `postern-${name}-`))
  const port = await freePort()
  const child = spawn(name, argumentsFor(port, folder), {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Debian keeps servers where only root looks, and Caddy writes below these.
    env: { PATH: `${process.env['PATH']}:/usr/sbin`, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
  })
  const printed: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text) => printed.push(text))
  const ended = exitOf(child, name)
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended.catch(() => undefined)
    process.off('exit', kill)
    rmSync(folder, { recursive: true })
  }
  try {
    await Promise.race([answers(port), ended.then(() => Promise.reject(new Error(`${name} has ended`)))])
  } catch (error) {
    await stop()
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(`${message}\n${printed.join('').slice(-2_000)}`, { cause: error })
  }
  return { port, stop }
}

/** Resolves when the process has ended. Rejects when there is no such program, and says how to get it. */
function exitOf(child: ChildProcess, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => resolve())
    child.once('error', (cause) => {
      reject(
        new Error(`${name} is missing, so docs/reverse-proxy.md is not tested. apt-get install ${name}`, { cause }),
      )
    })
  })
}

async function answers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    if (await isOpen(port)) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`nothing listens on port ${port}`)
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  // A TCP server has an address object; only pipes have a string.
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
