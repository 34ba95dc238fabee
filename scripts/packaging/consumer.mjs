import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { capture, root } from '../run.mjs'
import { createProject, install } from './npm-project.mjs'

/** @import { Tarball } from './tarball.mjs' */

/**
 * Installs the packages in a project outside the workspace and uses every entry of each in the three ways people do:
 * `import`, `require()` and TypeScript, with the declarations of our packages checked too.
 *
 * @param {{ tarballs: readonly Tarball[], peers: Readonly<Record<string, string>>, folder: string }} options
 * @returns {Promise<{ entries: number, problems: string[] }>}
 */
export async function useAsConsumer({ tarballs, peers, folder }) {
  const ours = Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]))
  const project = createProject(join(folder, 'consumer'), { ...peers, ...ours })
  await install(project)
  const entries = tarballs.flatMap(entriesOf)
  const problems = [...(await load(project, entries)), ...(await compile(project, entries))]
  return { entries: entries.length, problems }
}

/**
 * @param {Tarball} tarball
 * @returns {string[]}
 */
function entriesOf({ name, contents }) {
  return Object.keys(contents.manifest.exports ?? {})
    .filter((entry) => entry !== './package.json')
    .map((entry) => join(name, entry))
}

/**
 * @param {string} project
 * @param {readonly string[]} entries
 */
async function load(project, entries) {
  const list = JSON.stringify(entries)
  write(
    project,
    'import.mjs',
    `for (const entry of ${list}) console.log(entry, Object.keys(await import(entry)).filter(isName).sort().join())`,
  )
  write(
    project,
    'require.cjs',
    `for (const entry of ${list}) console.log(entry, Object.keys(require(entry)).filter(isName).sort().join())`,
  )
  const imported = await capture('node', ['import.mjs'], { cwd: project })
  const required = await capture('node', ['require.cjs'], { cwd: project })
  if (!imported.succeeded || !required.succeeded) return [imported.output, required.output]
  const empty = imported.output.split('\n').filter((line) => line.endsWith(' '))
  return [
    ...empty.map((line) => `${line}exports nothing`),
    ...(imported.output === required.output
      ? []
      : [`import and require() differ:\n${imported.output}\n${required.output}`]),
  ]
}

/**
 * @param {string} project
 * @param {string} file
 * @param {string} code
 */
function write(project, file, code) {
  // Node adds `module.exports` and `__esModule` for the sake of one or the other loader.
  writeFileSync(
    join(project, file),
    `const isName = (name) => !/^(__esModule|module\\.exports)$/.test(name)\n${code}\n`,
  )
}

/**
 * @param {string} project
 * @param {readonly string[]} entries
 */
async function compile(project, entries) {
  const lines = entries.map((entry, index) => `export * as entry${index} from '${entry}'`)
  writeFileSync(join(project, 'consumer.ts'), `${lines.join('\n')}\n`)
  const compilerOptions = { module: 'nodenext', target: 'es2024', strict: true, noEmit: true, types: ['node'] }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
  const tsc = join(root, 'node_modules', '.bin', 'tsc')
  const { output } = await capture(tsc, ['-p', project, '--pretty', 'false'], { cwd: project })
  // Declarations of other people's packages are checked by the same run, and are not ours to judge.
  return output.split('\n').filter((line) => /error TS/.test(line) && !/^node_modules\/(?!@postern\/)/.test(line))
}
