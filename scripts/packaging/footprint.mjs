import { join } from 'node:path'
import { createProject, resolve } from './npm-project.mjs'

/** @import { Tarball } from './tarball.mjs' */

/**
 * The packages that an adapter and all it needs add to a project that has the framework already.
 *
 * @param {{ framework: string, range: string, adapter: string, tarballs: readonly Tarball[], folder: string }} options
 * @returns {Promise<string[]>}
 */
export async function packagesAdded({ framework, range, adapter, tarballs, folder }) {
  const bare = createProject(join(folder, `${framework}-bare`), { [framework]: range })
  const withAdapter = createProject(join(folder, `${framework}-with-adapter`), {
    [framework]: range,
    ...filesOf(adapter, tarballs),
  })
  const before = new Set(await resolve(bare))
  return (await resolve(withAdapter))
    .filter((path) => !before.has(path))
    .map((path) => path.replace(/^node_modules\//, '').replaceAll('/node_modules/', ' > '))
    .sort()
}

/**
 * The tarball of a package and of the packages of ours that it depends on, for none of them is published yet.
 *
 * @param {string} name
 * @param {readonly Tarball[]} tarballs
 * @returns {Record<string, string>}
 */
export function filesOf(name, tarballs) {
  const tarball = tarballs.find((candidate) => candidate.name === name)
  if (tarball === undefined) return {}
  const needed = Object.keys(tarball.contents.manifest.dependencies ?? {}).map((other) => filesOf(other, tarballs))
  return Object.assign({}, ...needed, { [name]: `file:${tarball.file}` })
}
