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
  bursts: 12,
  burst: 0.1,
  // V8 goes on compiling what a server runs for tens of thousands of requests: a server in use has that behind it.
  warmUp: { count: 50_000, seconds: 3 },
  once: { burst: 100, warmUp: 2_500 },
}

export const FULL: Pace = {
  rounds: 5,
  bursts: 20,
  burst: 0.1,
  warmUp: { count: 80_000, seconds: 5 },
  once: { burst: 100, warmUp: 4_000 },
}

/** Only whether everybody answers what each scenario declares. Its numbers say nothing. */
export const CHECK: Pace = {
  rounds: 1,
  bursts: 2,
  burst: 0.005,
  warmUp: { count: 64, seconds: 1 },
  once: { burst: 16, warmUp: 16 },
}
