import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildQuietly, clean } from './build.mjs'
import { useAsConsumer } from './packaging/consumer.mjs'
import { contentProblems } from './packaging/contents.mjs'
import { packagesAdded } from './packaging/footprint.mjs'
import { pack } from './packaging/tarball.mjs'
import { failure, heading, indented, success } from './print.mjs'
import { capture } from './run.mjs'
import { catalogRange, publicPackages } from './workspace.mjs'

/** @import { Tarball } from './packaging/tarball.mjs' */

/** Packages that an adapter may add to a project that has the framework already, itself included. */
const FOOTPRINTS = [
  { framework: 'fastify', adapter: '@postern/fastify', limit: 8 },
  { framework: 'koa', adapter: '@postern/koa', limit: 7 },
]

/** What a project has beside our packages. Versions are those that the workspace tests with. */
const PEERS = ['fastify', 'koa', 'redis', '@types/koa']

const folder = mkdtempSync(join(tmpdir(), 'postern-packages-'))
try {
  process.exitCode = (await checkPackages()) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/**
 * Holds every public package to what a person gets who installs it, not to what stands in this repository.
 *
 * @returns {Promise<boolean>}
 */
async function checkPackages() {
  heading('1/5 Build')
  clean()
  if (!(await buildQuietly())) return false
  success('built from nothing')

  heading('2/5 Contents')
  const tarballs = []
  for (const workspacePackage of publicPackages()) tarballs.push(await pack(workspacePackage, folder))
  if (!reportEach(tarballs, (tarball) => contentProblems(tarball.contents))) return false

  heading('3/5 publint and attw')
  if (!(await lintEach(tarballs))) return false

  heading('4/5 Installed elsewhere')
  if (!(await checkConsumer(tarballs))) return false

  heading('5/5 Footprint')
  return checkFootprints(tarballs)
}

/**
 * @param {readonly Tarball[]} tarballs
 * @param {(tarball: Tarball) => readonly string[]} problemsOf
 */
function reportEach(tarballs, problemsOf) {
  const results = tarballs.map((tarball) => ({ tarball, problems: problemsOf(tarball) }))
  for (const { tarball, problems } of results) {
    report(`${tarball.name}: ${tarball.contents.files.length} files`, problems)
  }
  return results.every(({ problems }) => problems.length === 0)
}

/** @param {readonly Tarball[]} tarballs */
async function lintEach(tarballs) {
  let passed = true
  for (const { name, file } of tarballs) {
    const publint = await capture('publint', ['run', file, '--strict'])
    const attw = await capture('attw', [file, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji'])
    const problems = [publint, attw].filter(({ succeeded }) => !succeeded).map(({ output }) => output)
    report(name, problems)
    passed &&= problems.length === 0
  }
  return passed
}

/** @param {readonly Tarball[]} tarballs */
async function checkConsumer(tarballs) {
  const peers = Object.fromEntries(PEERS.map((name) => [name, catalogRange(name)]))
  const options = { tarballs, peers: { ...peers, '@types/node': `^${process.versions.node.split('.')[0]}` }, folder }
  const { entries, problems } = await useAsConsumer(options)
  report(`${entries} entries by import, by require() and by TypeScript, on Node ${process.version}`, problems)
  return problems.length === 0
}

/** @param {readonly Tarball[]} tarballs */
async function checkFootprints(tarballs) {
  let passed = true
  for (const { framework, adapter, limit } of FOOTPRINTS) {
    const added = await packagesAdded({ framework, range: catalogRange(framework), adapter, tarballs, folder })
    const problems = added.length > limit ? [`more than ${limit} needs a decision record`] : []
    report(`${adapter} adds ${added.length} packages to ${framework}, of ${limit} allowed`, problems)
    indented(added.join('\n'))
    passed &&= problems.length === 0
  }
  return passed
}

/**
 * @param {string} what
 * @param {readonly string[]} problems
 */
function report(what, problems) {
  if (problems.length === 0) success(what)
  else failure(what)
  for (const problem of problems) indented(problem)
}
