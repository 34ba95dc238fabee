import { globSync, mkdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { capture } from '../run.mjs'
import { readManifest } from '../workspace.mjs'

/** @import { Manifest, Package } from '../workspace.mjs' */

/**
 * @typedef {object} Tarball
 * @property {string} name of the package
 * @property {string} file absolute path of the `.tgz`
 * @property {Contents} contents
 *
 * @typedef {object} Contents
 * @property {Manifest} manifest as it would be published
 * @property {readonly string[]} files with forward slashes, from the root of the package
 * @property {(file: string) => string} read
 */

/**
 * Packs a package as publishing would, and unpacks it to be looked at.
 *
 * @param {Package} workspacePackage
 * @param {string} folder to work in
 * @returns {Promise<Tarball>}
 */
export async function pack({ manifest: { name, version }, directory }, folder) {
  const slug = name.replace('@', '').replace('/', '-')
  const file = join(folder, `${slug}-${version}.tgz`)
  const unpacked = join(folder, slug)
  mkdirSync(unpacked)
  // pnpm, because only it can resolve `workspace:` and `catalog:`. A script that it started finds it under this name.
  const pnpm = process.env.npm_execpath?.includes('pnpm') ? process.env.npm_execpath : 'pnpm'
  await mustSucceed(pnpm, ['pack', '--pack-destination', folder], directory)
  await mustSucceed('tar', ['-xzf', file, '-C', unpacked], folder)
  return { name, file, contents: contentsOf(join(unpacked, 'package')) }
}

/**
 * @param {string} directory
 * @returns {Contents}
 */
export function contentsOf(directory) {
  return {
    manifest: readManifest(directory),
    files: globSync('**/*', { cwd: directory, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(directory.length + 1)
          .split(sep)
          .join('/'),
      )
      .sort(),
    read: (file) => readFileSync(join(directory, file), 'utf8'),
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 */
async function mustSucceed(command, args, cwd) {
  const { succeeded, output } = await capture(command, args, { cwd })
  if (!succeeded) throw new Error(`${command} ${args.join(' ')} failed in ${cwd}\n${output}`)
}
