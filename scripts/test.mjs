import { checkDocuments } from './check-documents.mjs'
import { checkImports } from './check-imports.mjs'
import { checkTypes } from './check-types.mjs'
import { failure, heading } from './print.mjs'
import { run } from './run.mjs'

/**
 * Everything that has to hold before a change is merged, cheapest first. The first stage that fails ends the run:
 * a failing test says little about code that does not compile. Arguments narrow the tests, and only those:
 * `pnpm test packages/koa`, `pnpm test -t 'signs in'`.
 *
 * @type {readonly { name: string, check: () => boolean | Promise<boolean> }[]}
 */
const STAGES = [
  { name: 'Types', check: checkTypes },
  { name: 'Lint', check: () => run('biome', ['check', '--error-on-warnings', '.']) },
  { name: 'Import boundaries', check: checkImports },
  { name: 'Documents', check: checkDocuments },
  { name: 'Tests', check: () => run('vitest', ['run', ...process.argv.slice(2)]) },
]

console.log(`Node ${process.version} on ${process.platform} ${process.arch}`)
const failed = await firstFailing()
if (failed !== undefined) {
  const skipped = STAGES.slice(STAGES.indexOf(failed) + 1).map(({ name }) => name.toLowerCase())
  failure(`${failed.name} failed.${skipped.length === 0 ? '' : ` Not run: ${skipped.join(', ')}.`}`)
  process.exitCode = 1
}

async function firstFailing() {
  for (const [index, stage] of STAGES.entries()) {
    heading(`${index + 1}/${STAGES.length} ${stage.name}`)
    if (!(await stage.check())) return stage
  }
  return undefined
}
