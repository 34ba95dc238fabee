import type { ClientRegistration } from './client.ts'
import type { Engine } from './engine.ts'
import type { Denial } from './service.ts'
import type { AniListUser } from './user.ts'

/** How a stand-in AniList is set up. */
export interface StandInAniListOptions {
  /** Default: any free port. */
  readonly port?: number | undefined
  /** Host name in the stand-in's own URLs. A browser calls two hosts different sites, two ports never. Default `127.0.0.1`. */
  readonly hostname?: '127.0.0.1' | 'localhost' | undefined
  /** Applications that are registered from the start. */
  readonly clients?: readonly ClientRegistration[] | undefined
  /** People who can sign in. Default: four made-up ones. */
  readonly users?: readonly AniListUser[] | undefined
  /** The version whose answers are given. Default `league-7`, which fits what AniList has been seen to say. */
  readonly engine?: Engine | undefined
  /** Default `none`, as AniList's documentation says. */
  readonly refreshToken?: 'none' | 'rotating' | undefined
  /** Seconds. Default one year. */
  readonly accessTokenLifetime?: number | undefined
  /** Bits of the signing key. AniList's has 4,096, which makes tokens 340 characters longer and start-up slow. Default 2048. */
  readonly modulusLength?: number | undefined
  /** What becomes of `state` when a person says no. Default `with-state`. */
  readonly denial?: Denial | undefined
  /** Skips the consent page and signs this user in. Default: a person is asked. */
  readonly approveAs?: string | undefined
  /** Whether the GraphQL API refuses requests without `Referer`, as AniList does. Default `required`. */
  readonly referer?: 'required' | 'optional' | undefined
  /** GraphQL requests per minute. Default 90. */
  readonly rateLimit?: number | undefined
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}
