import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'
import { absentPrograms } from './scripts/absent-programs.mjs'
import { NotRunReporter } from './scripts/not-run-reporter.mjs'

// Tests run from source: the `source` condition of our packages points at TypeScript, so nothing is built first.
const conditions = ['source', 'module', 'node', 'import', 'default']

const absent = await absentPrograms()

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/{src,test}/**/*.test.ts',
      'apps/*/{src,test}/**/*.test.ts',
      'bench/src/**/*.test.ts',
      'integration/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    exclude: [...configDefaults.exclude, ...absent.flatMap(({ files }) => files)],
    allowOnly: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // On two cores Vitest would take one: but most of these tests wait for sockets and clocks.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ['default', new NotRunReporter(absent)],
  },
})
