import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { whyWithoutApache } from './apache/find.ts'
import { contestsOf } from './contest.ts'
import { APACHE, type Framework } from './contestant/entrant.ts'
import { installPeers } from './install-peers.ts'
import { CHECK, FULL, SHORT } from './measure/pace.ts'
import { playRound } from './measure/round.ts'
import { openStage } from './measure/stage.ts'
import { type Contested, rowsOf } from './report/row.ts'
import { reportOf, writeReport } from './report/write.ts'
import { lookAtRest } from './rest.ts'
import { shuffled } from './shuffle.ts'

// `pnpm bench`: a short run. `--full`: everything. `--only TEXT`: scenarios whose name contains it. `--rounds N`.
// `--profiles FOLDER`: the servers leave CPU profiles there, for `profile.ts`, and pay for it.
// `--check`: sends next to nothing, and says only whether everybody answers what each scenario declares.
const { values } = parseArgs({
  // pnpm passes a bare `--` on.
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    full: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
    profiles: { type: 'string' },
  },
})
const { full, check, only } = values
const pace = check ? CHECK : full ? FULL : SHORT
const rounds = Number(values.rounds ?? pace.rounds)

installPeers()
const absent = whoIsAbsent()
const contests: readonly Contested[] = contestsOf({ full, only, absent }).map((contest) => ({ contest, rounds: [] }))
const stage = await openStage({ profiles: values.profiles })
for (let round = 1; round <= rounds; round += 1) {
  for (const contested of shuffled(contests)) {
    const { scenario, entries } = contested.contest
    process.stderr.write(`round ${round} of ${rounds}: ${scenario.name}\n`)
    contested.rounds.push(await playRound(entries, stage, pace))
  }
}
await stage.stop()

if (check) process.stdout.write(`Everybody answered what ${contests.length} scenarios declare.\n`)
else await report()

/** Says who, and why, where they would have taken part. */
function whoIsAbsent(): readonly Framework[] {
  const reason = whyWithoutApache()
  if (reason === undefined) return []
  const isMissed = contestsOf({ full, only }).some(({ entries }) => entries.some(({ entrant }) => entrant === APACHE))
  if (isMissed) process.stderr.write(`Apache is left out: ${reason}\n`)
  return ['apache']
}

async function report(): Promise<void> {
  const rows = contests.flatMap(rowsOf)
  const sections = full ? await lookAtRest(only) : []
  const facts = { rounds, cores: availableParallelism(), node: process.version, full }
  process.stdout.write(reportOf(rows, sections, facts))
  // Part of a run must not replace the whole of another, nor one that was slowed down.
  if (only === '' && values.profiles === undefined) writeReport(rows, sections, facts)
}
