import type { Auth, Gateway, Requirement } from '@postern/core'

/**
 * What the author of an adapter supplies: a function that starts a server on 127.0.0.1 with everything in `mount`
 * in it, built the way an application would build it.
 */
export type AdapterUnderTest = (mount: AdapterMount) => Promise<RunningAdapter>

export interface AdapterMount {
  readonly gateway: Gateway
  /**
   * Routes of the application. Everything else, but for the gateway's own paths and the prefixes it forwards, is a 404
   * of the framework.
   */
  readonly routes: readonly ContractRoute[]
  /**
   * A `Set-Cookie` line for every response. Set it the way applications set cookies in this framework, in
   * something that runs before the gateway.
   */
  readonly earlierCookie: string
}

export interface ContractRoute {
  /** A literal path. */
  readonly path: string
  readonly methods: readonly ContractMethod[]
  /** `open`: no guard. `loaded`: no guard, but a visit whose `load()` came first. Else a guard that asks this. */
  readonly access: 'open' | 'loaded' | Requirement
  /**
   * The handler. Send what it resolves with, through the framework.
   *
   * @param readAuth reads `auth` as a handler of this framework would: `() => request.auth`
   */
  respond(readAuth: () => Auth): Promise<ContractResponse>
}

export type ContractMethod = 'GET' | 'HEAD' | 'POST' | 'OPTIONS'

export interface ContractResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface RunningAdapter {
  /** Like `http://127.0.0.1:49152`. */
  readonly origin: string
  /** Stops the server. Resolves when its port is free. */
  close(): Promise<void>
}

/** One sentence about adapters, and how to find out whether it is true of yours. */
export interface ContractCase {
  readonly name: string
  /** Rejects with an `AssertionError` when it is not. */
  run(adapter: AdapterUnderTest): Promise<void>
}
