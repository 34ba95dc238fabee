/** A server under measurement, in a process of its own. */
export interface Contestant {
  /** Starts on 127.0.0.1 and the port of the setting. Resolves when it listens. */
  start(setting: Setting): Promise<void>
}

/** What a contestant is told. */
export interface Setting {
  readonly port: number
  /** A provider that signs everybody in, and an API that answers everybody. */
  readonly provider: ProviderAddress
  /** Name of the variant to run: where sessions are kept, or how many providers there are. */
  readonly variant: string
}

export interface ProviderAddress {
  readonly origin: string
  readonly clientId: string
  readonly clientSecret: string
}

/** What every guarded route answers, so that all send the same bytes. */
export const ANSWER = { hello: 'world', name: 'Ada Example', items: [1, 2, 3] } as const
