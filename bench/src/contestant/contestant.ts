/** A server under measurement, in a process of its own. */
export interface Contestant {
  /** Starts on 127.0.0.1 and the port of the setting. Resolves when it listens. */
  start(setting: Setting): Promise<void>
}

/** What a contestant is told. Peers are told the same: see `peers/serve.mjs`. */
export interface Setting extends Variant {
  readonly port: number
  /** Providers that sign everybody in, and an API that answers everybody. */
  readonly provider: ProviderAddress
}

/** What may differ between two scenarios of one contestant. */
export interface Variant {
  /** Where sessions are kept. */
  readonly session: 'sealed' | 'memory' | 'redis'
  /** What the provider speaks: OAuth 2.0, or OpenID Connect with ID tokens signed so. */
  readonly protocol: 'oauth2' | 'rs256' | 'es256'
  /** How many providers are configured. */
  readonly providers: number
}

export interface ProviderAddress {
  readonly origin: string
  readonly clientId: string
  readonly clientSecret: string
}

/** What every guarded route answers, so that all send the same bytes. */
export const ANSWER = { hello: 'world', name: 'Ada Example', items: [1, 2, 3] } as const

/** Where the sessions are that are kept in Redis. */
export const REDIS_URL = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
