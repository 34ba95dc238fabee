import { type Forward, type Gateway, GatewayError, type GatewayRequest, type Reply, type Visit } from '@postern/core'

/** A gateway that writes down what an adapter asks of it and what it answers. */
export interface ObservedGateway {
  readonly gateway: Gateway
  /** Requests for the gateway's own paths, oldest first. */
  readonly handled: readonly Handled[]
  /** Requests under a prefix that is forwarded, oldest first. */
  readonly forwarded: readonly ForwardAsked[]
  /** Guards that were asked, oldest first. */
  readonly guarded: readonly Guarded[]
  readonly visits: readonly ObservedVisit[]
  /** Forgets everything written down so far. */
  forget(): void
}

export interface Handled {
  readonly request: GatewayRequest
  /** What came of reading the form, when the core has read it. */
  readonly form: Promise<PromiseSettledResult<URLSearchParams>> | undefined
  readonly decision: Promise<Reply>
}

export interface ForwardAsked {
  readonly request: GatewayRequest
  readonly decision: Promise<Reply | Forward>
}

export interface Guarded {
  readonly request: GatewayRequest
  readonly decision: Verdict
}

export interface ObservedVisit {
  readonly request: GatewayRequest
  /** How often `auth` was read. */
  readonly readings: number
}

/** Replaces what a guard does. Given the guard's own decision, which it may leave, delay or drop. */
export type GuardFault = (decide: () => Verdict) => Verdict

/** What a guard says, at once or after a while. */
export type Verdict = ReturnType<Visit['guard']>

/** What a case may change while the gateway runs. */
export interface Disturbance {
  guard: GuardFault
  /** Behaves as with a store: looking at a session takes a turn of the event loop. */
  isSlow: boolean
}

export function observe(inner: Gateway, disturbance: Readonly<Disturbance>): ObservedGateway {
  const handled: Handled[] = []
  const forwarded: ForwardAsked[] = []
  const guarded: Guarded[] = []
  const visits: ObservedVisit[] = []

  const handle = (request: GatewayRequest): Promise<Reply> => {
    let outcome: Handled['form']
    const form = (): Promise<URLSearchParams> => {
      const read = request.form()
      outcome = Promise.allSettled([read]).then(([settled]) => settled)
      return read
    }
    const decision = inner.handle({ ...request, form })
    handled.push({
      request,
      decision,
      get form() {
        return outcome
      },
    })
    return decision
  }

  const forward = (request: GatewayRequest): Promise<Reply | Forward> => {
    const decision = inner.forward(request)
    forwarded.push({ request, decision })
    return decision
  }

  const visit = (request: GatewayRequest): Visit => {
    const real = inner.visit(request)
    const entry = { request, readings: 0 }
    const { isSlow } = disturbance
    let isLoaded = !isSlow
    const load = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve))
      isLoaded = true
      return real.load()
    }
    visits.push(entry)
    return {
      get auth() {
        if (!isLoaded) throw new GatewayError('session_not_loaded')
        entry.readings += 1
        return real.auth
      },
      load: () => (isSlow ? load() : real.load()),
      guard(requirement) {
        const decide = () => disturbance.guard(() => real.guard(requirement))
        const decision = isSlow ? load().then(decide) : decide()
        guarded.push({ request, decision })
        return decision
      },
      settle: (cacheControl) => real.settle(cacheControl),
    }
  }

  const forget = (): void => {
    for (const list of [handled, forwarded, guarded, visits]) list.length = 0
  }
  return { gateway: { ...inner, handle, forward, visit }, handled, forwarded, guarded, visits, forget }
}
