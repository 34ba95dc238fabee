import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'

export const root = join(import.meta.dirname, '..')

/** The workspace's own tools and its pinned Node come before what the machine has; no tool reports anywhere. */
const environment = {
  ...process.env,
  PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
}

/**
 * Runs a command in view of the person who waits for it.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<boolean>} whether it succeeded
 */
export async function run(command, args, { cwd = root, env = environment } = {}) {
  const child = spawn(command, args, { cwd, env, stdio: 'inherit' })
  const [code] = await once(child, 'close')
  return code === 0
}

/**
 * Runs a command out of sight, and hands back all that it printed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ succeeded: boolean, output: string }>}
 */
export async function capture(command, args, { cwd = root, env = environment } = {}) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  /** @type {Buffer[]} */
  const chunks = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  child.stderr.on('data', (chunk) => chunks.push(chunk))
  const [code] = await once(child, 'close')
  return { succeeded: code === 0, output: Buffer.concat(chunks).toString().trimEnd() }
}
