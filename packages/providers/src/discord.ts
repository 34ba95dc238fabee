import {
  defineProvider,
  type OAuth2Endpoints,
  type OAuth2Provider,
  type ProviderFailure,
  type UserProfile,
} from '@postern/core'
import { type JsonObject, known, originOf, subjectFrom, text } from './checked-value.ts'
import { headerProblem, refuseProblems } from './option-problems.ts'
import { type Credentials, chosen, type PresetOptions, type ScopeOption } from './preset-options.ts'
import { requestProfile } from './profile-request.ts'

/** Who signed in. */
export interface DiscordUser extends UserProfile {
  /** A person can change it, and somebody else can take it. */
  readonly username?: string | undefined
  /** Present with the scope `email`. */
  readonly email?: string | undefined
  /** Whether Discord has checked the address. */
  readonly emailVerified?: boolean | undefined
}

export type DiscordOptions<Id extends string = 'discord'> = PresetOptions<Id> &
  ScopeOption &
  Credentials & {
    /** `User-Agent` of requests to the API, which blocks those it does not like. Default `DiscordBot ({origin}, 1)`. */
    readonly userAgent?: string | undefined
    /** Addresses that differ, for a stand-in in a test. `userinfo` is `GET /users/@me` of the API. */
    readonly endpoints?:
      | Partial<Pick<OAuth2Endpoints, 'authorization' | 'token' | 'userinfo' | 'revocation'>>
      | undefined
  }

/**
 * Discord.
 *
 * Confirmed in Discord's documentation and its authorization server metadata (stored copies read on 2026-11-25): the
 * endpoints, credentials in the body, S256, the issuer and `iss`, refresh tokens, revocation, `identify`. Not
 * confirmed there: that a refresh token ends when it is replaced, and the form of avatar addresses.
 *
 * @see https://docs.discord.com/developers/topics/oauth2
 */
export function discord<const Id extends string = 'discord'>(
  options: DiscordOptions<Id>,
): OAuth2Provider<NoInfer<Id>, DiscordUser> {
  const { userAgent, endpoints, ...others } = options
  const userinfo = endpoints?.userinfo ?? 'https://discord.com/api/v10/users/@me'
  const facts = chosen({ id: 'discord', name: 'Discord', scope: ['identify'] }, others)
  refuseProblems(facts.id, [headerProblem('userAgent', userAgent)])
  const apiHeaders = (origin: string) => ({ 'user-agent': userAgent ?? `DiscordBot (${origin}, 1)` })
  return defineProvider({
    protocol: 'oauth2',
    issuer: endpoints === undefined ? 'https://discord.com' : undefined,
    endpoints: {
      authorization: 'https://discord.com/oauth2/authorize',
      token: 'https://discord.com/api/oauth2/token',
      ...(endpoints ?? { revocation: 'https://discord.com/api/oauth2/token/revoke' }),
      userinfo,
    },
    apiOrigins: [originOf(userinfo)],
    capabilities: { refresh: true, rotation: true },
    identify: async (context) => {
      const headers = apiHeaders(context.origin)
      return userFrom(await requestProfile(context, { provider: facts.id, url: userinfo, headers, advise }), facts.id)
    },
    apiHeaders,
    advise,
    ...facts,
  })
}

function userFrom({ id, username, global_name, avatar, email, verified }: JsonObject, provider: string): DiscordUser {
  const subject = subjectFrom(id, provider)
  const hash = typeof avatar === 'string' && /^[\w-]{1,64}$/.test(avatar) ? avatar : undefined
  return {
    id: subject,
    ...known({
      name: text(global_name) ?? text(username),
      picture: hash && `https://cdn.discordapp.com/avatars/${encodeURIComponent(subject)}/${hash}.png`,
      username: text(username),
      email: text(email),
      emailVerified: typeof verified === 'boolean' ? verified : undefined,
    }),
  }
}

function advise({ step, status, oauthError }: ProviderFailure): string | undefined {
  if (oauthError === 'invalid_client')
    return 'Check the client id and the client secret at discord.com/developers/applications.'
  if (step === 'profile' && status === 403) return 'Discord blocks requests whose User-Agent it does not like.'
  return undefined
}
