import type { Provider, UserProfile } from '@postern/core'
import { facts } from './facts.ts'
import { identity } from './identity.ts'
import { secrecy } from './secrecy.ts'

/** What the author of a preset supplies. */
export interface ProviderUnderTest<Id extends string = string, User extends UserProfile = UserProfile> {
  /** The preset's id. It does not compile when the preset has lost the literal on the way: `string` is no id. */
  readonly id: string extends Id ? never : Id
  /** Makes the provider with these credentials and everything else as it is by default. */
  readonly define: (credentials: ContractCredentials) => Provider<Id, User>
  /**
   * What the provider says of one person: the JSON its API answers (OAuth 2.0), or the claims of its ID token and
   * userinfo (OpenID Connect). Take it from the provider's documentation.
   */
  readonly sample: Readonly<Record<string, unknown>>
  /** The user that `sample` is. */
  readonly user: User
}

export interface ContractCredentials {
  readonly clientId: string
  readonly clientSecret: string
}

/** One sentence about providers, and how to find out whether it is true of yours. */
export interface ProviderContractCase {
  readonly name: string
  /** Rejects with an `AssertionError` when it is not. */
  run(): Promise<void>
}

/**
 * Everything a provider's definition has to do, as cases for any test runner. Nothing is sent anywhere.
 *
 * ```ts
 * for (const { name, run } of providerContract({ id: 'example', define: example, sample, user })) test(name, run)
 * ```
 */
export function providerContract<const Id extends string, User extends UserProfile>(
  preset: ProviderUnderTest<Id, User>,
): readonly ProviderContractCase[] {
  const { define, id, sample, user } = preset
  return [...facts(define, id), ...secrecy(define), ...identity(define, sample, user)]
}
