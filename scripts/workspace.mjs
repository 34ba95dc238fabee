import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string | Record<string, string>>} [exports]
 * @property {Record<string, string>} [scripts]
 *
 * @typedef {object} Package
 * @property {string} path from the root, `packages/core`
 * @property {string} directory absolute
 * @property {Manifest} manifest
 */

/**
 * Every package of the workspace, in the order of `pnpm-workspace.yaml`.
 *
 * @returns {Package[]}
 */
export function workspacePackages() {
  return packageGlobs()
    .flatMap((pattern) => globSync(pattern, { cwd: root }).sort())
    .filter((path) => existsSync(join(root, path, 'package.json')))
    .map((path) => ({ path, directory: join(root, path), manifest: readManifest(join(root, path)) }))
}

/** Those that are published. */
export function publicPackages() {
  return workspacePackages().filter(({ manifest }) => manifest.private !== true)
}

/**
 * @param {string} directory
 * @returns {Manifest}
 */
export function readManifest(directory) {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
}

/**
 * The range of a package in the catalog of `pnpm-workspace.yaml`.
 *
 * @param {string} name
 */
export function catalogRange(name) {
  const entry = sectionOf('catalog:').find((line) => line.replaceAll('"', '').startsWith(`${name}: `))
  if (entry === undefined) throw new Error(`${name} is not in the catalog of pnpm-workspace.yaml`)
  return entry.slice(entry.lastIndexOf(': ') + 2)
}

function packageGlobs() {
  return sectionOf('packages:').map((line) => line.slice('- '.length))
}

/**
 * The indented lines under a key. The file is ours and flat, so this much YAML will do.
 *
 * @param {string} key
 */
function sectionOf(key) {
  const lines = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8').split('\n')
  const start = lines.indexOf(key) + 1
  const length = lines.slice(start).findIndex((line) => !line.startsWith('  '))
  return lines.slice(start, length === -1 ? undefined : start + length).map((line) => line.trim())
}
