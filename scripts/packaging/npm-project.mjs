import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { capture, root } from '../run.mjs'

const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']

/**
 * A project of somebody else, outside the workspace.
 *
 * @param {string} directory is made
 * @param {Readonly<Record<string, string>>} dependencies name and range, or path of a tarball
 * @returns {string} the directory
 */
export function createProject(directory, dependencies) {
  mkdirSync(directory)
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
  return directory
}

/** @param {string} directory of a project */
export async function install(directory) {
  await runNpm(['install', ...QUIET], directory)
}

/**
 * What npm would install, without installing it: one path in `node_modules` for every package.
 *
 * @param {string} directory of a project
 * @returns {Promise<string[]>}
 */
export async function resolve(directory) {
  await runNpm(['install', '--package-lock-only', ...QUIET], directory)
  /** @type {{ packages: Record<string, unknown> }} */
  const lock = JSON.parse(readFileSync(join(directory, 'package-lock.json'), 'utf8'))
  return Object.keys(lock.packages).filter((path) => path !== '')
}

/**
 * @param {readonly string[]} args
 * @param {string} cwd
 */
async function runNpm(args, cwd) {
  const { succeeded, output } = await capture('npm', args, { cwd, env: strangersEnvironment() })
  if (!succeeded) throw new Error(`npm ${args.join(' ')} failed\n${output}`)
}

/** The pinned Node, but nothing of what pnpm and npm told their scripts about this workspace. */
function strangersEnvironment() {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(command|execpath|node_execpath|lifecycle|package|config_local_prefix)|pnpm_)/i.test(name),
  )
  return { ...Object.fromEntries(kept), PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter) }
}
