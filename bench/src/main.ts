import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { type Cell, cellsOf } from './cell.ts'
import { measure, type Sample } from './measure/measure.ts'
import { startWorker } from './measure/process.ts'
import { writeReport } from './report/write.ts'
import { shuffled } from './shuffle.ts'

// `pnpm bench`: a short run. `--full`: every scenario, more rounds. `--only text`: scenarios whose name contains it.
const { values } = parseArgs({
  // pnpm passes a bare `--` on.
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { full: { type: 'boolean' }, only: { type: 'string' }, rounds: { type: 'string' } },
})
const rounds = Number(values.rounds ?? (values.full === true ? 6 : 3))
const count = values.full === true ? 40_000 : 15_000
const cells = cellsOf({ full: values.full === true, only: values.only })

const provider = await startWorker('provider-process.ts', [], 1)
const load = await startWorker('load-process.ts', [], 1)
const { port: providerPort } = (await provider.ask('port')) as { readonly port: number }
const address = { origin: `http://127.0.0.1:${providerPort}`, clientId: 'bench', clientSecret: 'bench-client-secret' }

const samples = new Map<Cell, Sample[]>(cells.map((cell) => [cell, []]))
let port = 42_000
for (let round = 1; round <= rounds; round += 1) {
  for (const cell of shuffled(cells)) {
    port += 1
    const sample = await measure(cell.subject, { provider: address, load, port, count })
    samples.get(cell)?.push(sample)
    process.stdout.write(`\rround ${round}/${rounds}  ${cell.label.padEnd(60)}`)
  }
}
process.stdout.write(`\r${' '.repeat(80)}\r`)
await Promise.all([provider.stop(), load.stop()])

const report = writeReport(samples, {
  rounds,
  cores: availableParallelism(),
  node: process.version,
  full: values.full === true,
})
process.stdout.write(`${report}\n`)
