import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { boundaryViolations } from './imports/boundaries.mjs'
import { failure, success } from './print.mjs'
import { root } from './run.mjs'

/** Holds every source file to the boundaries of `imports/boundaries.mjs`. */
export function checkImports() {
  const sources = sourceFiles().map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
  const violations = boundaryViolations(sources)
  for (const { path, line, reason } of violations) failure(`${path}${line === undefined ? '' : `:${line}`}  ${reason}`)
  if (violations.length === 0) success(`${sources.length} files keep to the import boundaries`)
  return violations.length === 0
}

function sourceFiles() {
  return globSync('{packages,apps,bench,integration}/**/*.{ts,mts,mjs,js}', {
    cwd: root,
    exclude: (name) => name === 'node_modules' || name === 'dist',
  })
    .map((path) => path.split(sep).join('/'))
    .sort()
}

if (import.meta.filename === process.argv[1]) process.exitCode = checkImports() ? 0 : 1
