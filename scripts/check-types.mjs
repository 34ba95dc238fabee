import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { failure, indented, notice, success } from './print.mjs'
import { capture, root } from './run.mjs'
import { workspacePackages } from './workspace.mjs'

/**
 * Checks the types of every package, and of the scripts themselves, from source: the `source` condition of the
 * packages points at TypeScript, so nothing has to be built first, in no particular order. That is also why there is
 * no task runner here. All packages are checked, so that one run shows all errors.
 *
 * @returns {Promise<boolean>} whether there are no type errors
 */
export async function checkTypes() {
  const projects = [{ path: 'scripts', directory: root }, ...workspacePackages()]
  const seen = new Set()
  let passed = true
  // One after the other: the compiler uses every core by itself.
  for (const project of projects) passed = (await checkProject(project, seen)) && passed
  return passed
}

/**
 * @param {{ path: string, directory: string }} project
 * @param {Set<string>} seen errors that were shown already: an error in core comes back in all that import it
 */
async function checkProject({ path, directory }, seen) {
  if (!existsSync(join(directory, 'tsconfig.json'))) return nothingToCheck({ path, directory })
  const { succeeded, output } = await capture('tsc', ['-p', join(directory, 'tsconfig.json'), '--pretty', 'false'])
  if (succeeded) {
    success(path)
    return true
  }
  const errors = output.split(/\n(?! )/)
  const unseen = errors.filter((error) => !seen.has(error))
  for (const error of unseen) seen.add(error)
  failure(unseen.length === 0 ? `${path}, by errors above only` : path)
  for (const error of unseen) indented(error)
  return false
}

/** @param {{ path: string, directory: string }} project */
function nothingToCheck({ path, directory }) {
  const sources = globSync('**/*.{ts,mts,cts}', { cwd: directory, exclude: (name) => name.includes('node_modules') })
  if (sources.length > 0) {
    failure(`${path} has TypeScript but no tsconfig.json, so nobody checks it`)
    return false
  }
  notice(`${path} has no TypeScript yet`)
  return true
}

if (import.meta.filename === process.argv[1]) process.exitCode = (await checkTypes()) ? 0 : 1
