/** How much is sent. */
export interface Pace {
  readonly rounds: number
  /** Bursts of a round: everybody in turn, so many times. */
  readonly bursts: number
  /** Seconds of one burst, about. */
  readonly burst: number
  /** Requests before anything counts, and the seconds after which that is enough. */
  readonly warmUp: { readonly count: number; readonly seconds: number }
  /** Requests of a burst, and of the warm-up, where each can be sent only once. */
  readonly once: { readonly burst: number; readonly warmUp: number }
}

export const SHORT: Pace = {
  rounds: 3,
  bursts: 20,
  burst: 0.03,
  warmUp: { count: 5_000, seconds: 1.5 },
  once: { burst: 32, warmUp: 500 },
}

export const FULL: Pace = {
  rounds: 5,
  bursts: 30,
  burst: 0.04,
  warmUp: { count: 8_000, seconds: 2 },
  once: { burst: 48, warmUp: 1_000 },
}

/** Only whether everybody answers what each scenario declares. Its numbers say nothing. */
export const CHECK: Pace = {
  rounds: 1,
  bursts: 2,
  burst: 0.005,
  warmUp: { count: 64, seconds: 1 },
  once: { burst: 16, warmUp: 16 },
}
