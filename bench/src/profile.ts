import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { type Profile, type Share, sharesByFunction, sharesByOwner } from './profile/shares.ts'

// `node bench/src/profile.ts FILE…`: what CPU profiles say, in two short lists each. Take them with `--profiles FOLDER`.
const LINES = 14

for (const file of process.argv.slice(2)) {
  // V8 wrote it.
  const profile = JSON.parse(readFileSync(file, 'utf8')) as Profile
  process.stdout.write(`${basename(file)}\n${list(sharesByOwner(profile))}\n${list(sharesByFunction(profile))}\n`)
}

function list(shares: readonly Share[]): string {
  const lines = shares.slice(0, LINES).map(({ name, share }) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${name}`)
  return `${lines.join('\n')}\n`
}
