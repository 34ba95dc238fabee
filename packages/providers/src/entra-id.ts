import { defineProvider, GatewayError, type OidcFacts, type OidcProvider, type ProviderFailure } from '@postern/core'
import { type JsonObject, known, text, withoutTrailingSlash } from './checked-value.ts'
import { type Credentials, chosen, type PresetOptions, type ScopeOption } from './preset-options.ts'
import { type OidcUser, standardUser } from './standard-claims.ts'

/**
 * Who signed in. `id` is `sub`, which differs from one application to the next. The e-mail address can be set by
 * any tenant administrator to any value: never let it decide who somebody is.
 */
export interface EntraIdUser extends OidcUser {
  /** `oid`: the same for all applications of the tenant. */
  readonly objectId?: string | undefined
  /** `tid`: the tenant. */
  readonly tenantId?: string | undefined
}

export type EntraIdOptions<Id extends string = 'entra-id'> = PresetOptions<Id> &
  ScopeOption &
  Credentials & {
    /** The tenant's id, a GUID. Domain names and `common`, `organizations` and `consumers` are refused: see below. */
    readonly tenant: string
    /** The cloud: `https://login.microsoftonline.us` for one. Default `https://login.microsoftonline.com`. */
    readonly authority?: string | undefined
    /** APIs that `auth.fetch` may call, like `https://graph.microsoft.com`. Default none. */
    readonly apiOrigins?: readonly string[] | undefined
  } & Pick<OidcFacts, 'frontchannelLogout' | 'postLogoutRedirectUri'>

/**
 * Microsoft Entra ID, for the accounts of one tenant. Personal Microsoft accounts are a tenant too:
 * `PERSONAL_ACCOUNTS`.
 *
 * The tenant has to be its GUID. Whatever else the address names, Microsoft's metadata and ID tokens give an issuer
 * with the GUID in it; with `common` the metadata even has `{tenantid}` in that place. An issuer that is compared
 * byte for byte then never matches, and one that is not would let every tenant in the world sign in here.
 *
 * Confirmed in Microsoft's documentation (stored copies read on 2026-11-25): the address of a tenant, the tenant of
 * personal accounts, `client_secret_post` and `private_key_jwt`, pairwise `sub`, userinfo at Microsoft Graph. Not
 * confirmed there: that refresh tokens are replaced at each use, and that there is no revocation endpoint. What it wants
 * to see in the assertion of `private_key_jwt` is not what is sent here (`docs/providers/entra-id.md`).
 *
 * @throws GatewayError `config_invalid` for a tenant that is no GUID
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-protocols-oidc
 */
export function entraId<const Id extends string = 'entra-id'>(
  options: EntraIdOptions<Id>,
): OidcProvider<NoInfer<Id>, EntraIdUser> {
  const {
    tenant,
    authority = 'https://login.microsoftonline.com',
    apiOrigins,
    frontchannelLogout,
    postLogoutRedirectUri,
    ...others
  } = options
  if (!isGuid(tenant)) throw new GatewayError('config_invalid', { advice: TENANT_REFUSED })
  const facts = chosen({ id: 'entra-id', name: 'Microsoft', scope: ['openid', 'profile'] }, others)
  const isOffline = [facts.scope].flat().includes('offline_access')
  return defineProvider({
    protocol: 'oidc',
    issuer: `${withoutTrailingSlash(authority)}/${tenant.toLowerCase()}/v2.0`,
    // The ID token has it all; an access token for another API than Microsoft Graph would be refused there.
    userinfo: 'skip',
    apiOrigins,
    frontchannelLogout,
    postLogoutRedirectUri,
    capabilities: {
      refresh: isOffline,
      rotation: isOffline,
      revocation: false,
    },
    manageAccessUrl: 'https://myapps.microsoft.com',
    identify: async ({ claims }) => userFrom(claims, facts.id),
    advise,
    ...facts,
  })
}

/** The tenant of personal Microsoft accounts. */
export const PERSONAL_ACCOUNTS = '9188040d-6c67-4c5b-b112-36a304b66dad'

const TENANT_REFUSED =
  "Provider entra-id:\n  - tenant must be the tenant's id, a GUID. Names and 'common' stand for an issuer that ID tokens do not carry."

function isGuid(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
}

function userFrom(claims: JsonObject, provider: string): EntraIdUser {
  return {
    ...standardUser(claims, provider),
    ...known({ objectId: text(claims['oid']), tenantId: text(claims['tid']) }),
  }
}

function advise({ step, oauthError }: ProviderFailure): string | undefined {
  return step === 'token' && oauthError === 'invalid_client'
    ? 'Check the client secret in the Entra admin center: it may have expired.'
    : undefined
}
