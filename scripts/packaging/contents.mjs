import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path/posix'
import { specifiersIn } from '../imports/specifiers.mjs'

/** @import { Contents } from './tarball.mjs' */

const RULES = [requiredFiles, leftovers, exportTargets, ranges, typings, imports]

/**
 * What is wrong with a package as it would be published.
 *
 * @param {Contents} contents
 * @returns {string[]} one sentence each
 */
export function contentProblems(contents) {
  return RULES.flatMap((rule) => rule(contents))
}

/** @param {Contents} contents */
function requiredFiles({ files }) {
  return ['package.json', 'README.md', 'LICENSE']
    .filter((file) => !files.includes(file))
    .map((file) => `${file} is missing`)
}

/** @param {Contents} contents */
function leftovers({ files }) {
  return files
    .filter((file) =>
      /\.test(-d)?\.|(^|\/)(test|tests|fixtures|node_modules|\.turbo)\/|\.tsbuildinfo$|(^|\/)\.env/.test(file),
    )
    .map((file) => `${file} should not be published`)
}

/** @param {Contents} contents */
function exportTargets({ manifest, files }) {
  const entries = Object.entries(manifest.exports ?? {})
  if (entries.length === 0) return ['exports nothing']
  return entries.flatMap(([entry, conditions]) =>
    Object.entries(typeof conditions === 'string' ? { default: conditions } : conditions)
      .filter(([, target]) => !files.includes(target.replace(/^\.\//, '')))
      .map(([condition, target]) => `exports["${entry}"].${condition} points at ${target}, which is not packed`),
  )
}

/**
 * `workspace:` and `catalog:` mean nothing outside this repository.
 *
 * @param {Contents} contents
 */
function ranges({ manifest }) {
  return [manifest.dependencies, manifest.peerDependencies, manifest.devDependencies]
    .flatMap((dependencies) => Object.entries(dependencies ?? {}))
    .filter(([, range]) => /^(workspace|catalog|link|file):/.test(range))
    .map(([name, range]) => `${name} is still "${range}"`)
}

/**
 * Every module has its types, and their map leads an editor to a source that is packed.
 *
 * @param {Contents} contents
 */
function typings({ files, read }) {
  const modules = files.filter((file) => /^dist\/.*\.js$/.test(file))
  if (modules.length === 0) return ['dist has no modules']
  return modules.flatMap((file) => {
    const stem = file.slice(0, -'.js'.length)
    const missing = [`${stem}.d.ts`, `${stem}.d.ts.map`, `${file}.map`].filter((sibling) => !files.includes(sibling))
    if (missing.length > 0) return missing.map((sibling) => `${sibling} is missing`)
    return [`${stem}.d.ts.map`, `${file}.map`].flatMap((map) => lostSources(map, { files, read }))
  })
}

/**
 * @param {string} map
 * @param {Pick<Contents, 'files' | 'read'>} contents
 */
function lostSources(map, { files, read }) {
  /** @type {{ sources: string[], sourcesContent?: string[] }} */
  const { sources, sourcesContent } = JSON.parse(read(map))
  if (sourcesContent !== undefined) return []
  return sources
    .map((source) => join(dirname(map), source))
    .filter((source) => !files.includes(source))
    .map((source) => `${map} points at ${source}, which is not packed`)
}

/**
 * Everything that a packed file imports is packed, or declared for the person who installs it.
 *
 * @param {Contents} contents
 */
function imports({ manifest, files, read }) {
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  return files
    .filter((file) => /^(src|dist)\/.*\.(ts|js)$/.test(file))
    .flatMap((file) => specifiersIn(read(file)).map(({ text, line }) => ({ file, text, line })))
    .filter(({ file, text }) => !(text.startsWith('.') ? isPacked(file, text, files) : isDeclared(text, declared)))
    .map(({ file, text, line }) => `${file}:${line} imports ${text}, which is neither packed nor a dependency`)
}

/**
 * In a declaration file, `./x.ts` means `./x.d.ts`.
 *
 * @param {string} file
 * @param {string} specifier
 * @param {readonly string[]} files
 */
function isPacked(file, specifier, files) {
  const target = join(dirname(file), specifier)
  return files.includes(target) || (file.endsWith('.d.ts') && files.includes(target.replace(/\.(ts|js)$/, '.d.ts')))
}

/**
 * @param {string} specifier
 * @param {readonly string[]} declared
 */
function isDeclared(specifier, declared) {
  return isBuiltin(specifier) || declared.some((name) => specifier === name || specifier.startsWith(`${name}/`))
}
