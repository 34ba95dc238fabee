import type { Lease } from './store.ts'
import { createSweep } from './sweep.ts'

/** Leases of the memory store: as in `Store`, but at once. */
export interface MemoryLeases {
  lease(key: string, name: string, milliseconds: number): Lease | undefined
  extend(key: string, lease: Lease, milliseconds: number): boolean
  release(key: string, lease: Lease): void
  /** Whether this is the last lease of its name that anybody was given, as far back as is remembered. */
  isLatest(key: string, lease: Lease): boolean
}

interface Entry {
  readonly fence: number
  /** Milliseconds since the epoch. */
  readonly until: number
  readonly rememberedUntil: number
}

// The contract's minute: for so long a holder that was late can be told from one that was overtaken.
const MEMORY = 60_000

/** @param momentIn the moment so many milliseconds from now */
export function createMemoryLeases(now: () => number, momentIn: (milliseconds: number) => number): MemoryLeases {
  const leases = new Map<string, Entry>()
  const sweep = createSweep(
    leases,
    ({ rememberedUntil }) => rememberedUntil <= now(),
    (place) => leases.delete(place),
  )
  // One counter for all, so that fences grow even where a lease was forgotten in between.
  let lastFence = 0

  const give = (place: string, fence: number, milliseconds: number): void => {
    const until = momentIn(milliseconds)
    leases.set(place, { fence, until, rememberedUntil: until + MEMORY })
  }

  const isHeld = (entry: Entry | undefined): entry is Entry => entry !== undefined && entry.until > now()

  const isHeldAs = (place: string, { fence }: Lease): boolean => {
    const entry = leases.get(place)
    return isHeld(entry) && entry.fence === fence
  }

  return {
    lease(key, name, milliseconds) {
      sweep()
      const place = placeOf(key, name)
      if (isHeld(leases.get(place))) return undefined
      give(place, lastFence + 1, milliseconds)
      lastFence += 1
      return { name, fence: lastFence }
    },
    extend(key, lease, milliseconds) {
      const place = placeOf(key, lease.name)
      if (!isHeldAs(place, lease)) return false
      give(place, lease.fence, milliseconds)
      return true
    },
    release(key, lease) {
      const place = placeOf(key, lease.name)
      if (!isHeldAs(place, lease)) return
      // Not until now: what was given back must not be held again by a clock that is set back.
      leases.set(place, { fence: lease.fence, until: Number.NEGATIVE_INFINITY, rememberedUntil: now() + MEMORY })
    },
    isLatest: (key, { name, fence }) => leases.get(placeOf(key, name))?.fence === fence,
  }
}

/** With a length, so that no two pairs look alike. */
function placeOf(key: string, name: string): string {
  return `${key.length}:${key}${name}`
}
