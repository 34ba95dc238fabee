import { readFileSync, writeFileSync } from 'node:fs'
import type { Profile } from './shares.ts'

/** A profile and when it began: microseconds of the machine's monotonic clock, as `process.hrtime` counts them. */
export interface TimedProfile extends Profile {
  readonly startTime: number
}

/** Leaves in a file only what happened from then on: not the start of the process, nor what was sent to warm it up. */
export function trimFile(file: string, from: number): void {
  // V8 wrote it.
  const profile = JSON.parse(readFileSync(file, 'utf8')) as TimedProfile
  writeFileSync(file, JSON.stringify(trimmed(profile, from)))
}

export function trimmed(profile: TimedProfile, from: number): TimedProfile {
  let time = profile.startTime
  const first = profile.timeDeltas.findIndex((delta) => {
    time += delta
    return time >= from
  })
  const start = first === -1 ? profile.samples.length : first
  return {
    ...profile,
    startTime: from,
    samples: profile.samples.slice(start),
    timeDeltas: profile.timeDeltas.slice(start),
  }
}
