import { accessSync, constants } from 'node:fs'
import { connect } from 'node:net'
import { delimiter, join } from 'node:path'

/**
 * Programs that tests need and that this machine has not, with what is then left out. In CI nothing is: what is
 * missing there fails.
 *
 * @returns {Promise<readonly { name: string, files: readonly string[] }[]>}
 */
export async function absentPrograms() {
  if (process.env['CI'] !== undefined) return []
  const present = await Promise.all(PROGRAMS.map(({ isPresent }) => isPresent()))
  return PROGRAMS.filter((_, index) => present[index] === false)
}

const PROXY_TESTS = ['integration/reverse-proxy/**']

/** @type {readonly { name: string, files: readonly string[], isPresent: () => boolean | Promise<boolean> }[]} */
const PROGRAMS = [
  { name: 'nginx', files: PROXY_TESTS, isPresent: () => isInstalled('nginx') },
  { name: 'caddy', files: PROXY_TESTS, isPresent: () => isInstalled('caddy') },
  {
    name: 'redis-server',
    // Elsewhere, each test that asks for Redis says so itself.
    files: ['packages/redis/test/**', 'integration/race/redis.test.ts', 'integration/session-switch/**'],
    isPresent: async () =>
      isInstalled(process.env['REDIS_SERVER'] ?? 'redis-server') ||
      answers(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'),
  },
]

/** @param {string} program */
function isInstalled(program) {
  // Debian keeps servers where only root looks.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  return folders.some((folder) => isExecutable(join(folder, program)))
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * @param {string} url
 * @returns {Promise<boolean>}
 */
function answers(url) {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 6379), timeout: 1_000 })
    const settle = (/** @type {boolean} */ answer) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => settle(true))
    socket.once('error', () => settle(false))
    socket.once('timeout', () => settle(false))
  })
}
