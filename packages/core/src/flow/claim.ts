import { fingerprint } from '../crypto/digest.ts'
import type { Store } from '../store/store.ts'

/** Who carries out a sign-in, among processes that share a store. */
export interface Claims {
  /**
   * Claims a transaction for this process. `claimed`: nobody else will spend its code. `finished_meanwhile`: another
   * process signed the browser in while this one waited. `finished_before`: it had, and this is a repetition. `used`:
   * another process has tried, and failed or never finished.
   *
   * @param milliseconds how long the claim is remembered
   */
  claim(state: string, milliseconds: number): Promise<'claimed' | Outcome>
  /** Tells processes that were sent the same answer what came of it. */
  settle(state: string, outcome: 'finished' | 'used', milliseconds: number): Promise<void>
}

type Outcome = 'finished_meanwhile' | 'finished_before' | 'used'

export interface ClaimsOptions {
  readonly store: Store
  readonly now: () => number
  readonly wait: (milliseconds: number) => Promise<void>
  /** Milliseconds a duplicate waits for the process that came first. */
  readonly patience: number
}

const UNDER_WAY = 'under way'
const POLL = 50

export function createClaims({ store, now, wait, patience }: ClaimsOptions): Claims {
  const keyOf = (state: string): string => `claim.${fingerprint(state)}`

  const outcomeOf = async (key: string): Promise<Outcome> => {
    const until = now() + patience
    for (let finished: Outcome = 'finished_before'; ; finished = 'finished_meanwhile') {
      const value = (await store.get(key))?.value
      if (value === 'finished') return finished
      if (value !== UNDER_WAY || now() >= until) return 'used'
      await wait(POLL)
    }
  }

  return {
    async claim(state, milliseconds) {
      const key = keyOf(state)
      const record = { value: UNDER_WAY, expiresIn: milliseconds, indexes: [] }
      const { stored } = await store.put(key, record, { type: 'absent' })
      return stored ? 'claimed' : outcomeOf(key)
    },
    async settle(state, outcome, milliseconds) {
      const key = keyOf(state)
      const record = await store.get(key)
      if (record === undefined) return
      const settled = { value: outcome, expiresIn: milliseconds, indexes: [] }
      await store.put(key, settled, { type: 'version', version: record.version })
    },
  }
}
