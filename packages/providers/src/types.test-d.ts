import {
  type Auth,
  createGateway,
  defineProvider,
  type OAuth2Provider,
  type OidcProvider,
  type ProvidersOf,
} from '@postern/core'
import { type AniListUser, anilist } from './anilist/index.ts'
import { type DiscordUser, discord } from './discord.ts'
import { type EntraIdUser, entraId } from './entra-id.ts'
import { type GitHubUser, github } from './github.ts'
import { type GitLabUser, gitlab } from './gitlab.ts'
import { type GoogleUser, google } from './google.ts'
import { type MyAnimeListUser, myanimelist } from './myanimelist.ts'
import { oauth2 } from './oauth2.ts'
import { type OidcUser, oidc } from './oidc.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

function expectType<T extends true>(): T | undefined {
  return undefined
}

const credentials = { clientId: '1', clientSecret: 'x' }
const issuer = 'https://login.example'

// As every application writes it: presets called inside the options, where `createGateway` asks for any provider.
const gateway = createGateway({
  origin: 'https://app.example',
  secrets: [''],
  providers: [
    anilist(credentials),
    anilist({ ...credentials, id: 'second' }),
    discord(credentials),
    entraId({ ...credentials, tenant: 'a' }),
    github(credentials),
    gitlab(credentials),
    google(credentials),
    myanimelist(credentials),
    oidc({ ...credentials, id: 'staff', issuer }),
    oidc({ ...credentials, id: 'team', issuer, user: ({ sub }) => ({ id: String(sub), level: 1 }) }),
    oauth2({
      ...credentials,
      id: 'castle',
      name: 'Castle',
      endpoints: { authorization: issuer, token: issuer, userinfo: issuer },
      user: () => ({ id: '1', towers: 4 }),
    }),
  ],
})

interface Users {
  readonly anilist: AniListUser
  readonly second: AniListUser
  readonly discord: DiscordUser
  readonly 'entra-id': EntraIdUser
  readonly github: GitHubUser
  readonly gitlab: GitLabUser
  readonly google: GoogleUser
  readonly myanimelist: MyAnimeListUser
  readonly staff: OidcUser
  readonly team: { id: string; level: number }
  readonly castle: { id: string; towers: number }
}

type SignedIn = Extract<Auth<ProvidersOf<typeof gateway>>, { readonly authenticated: true }>

// Every provider keeps its name and its user.
expectType<Equal<SignedIn['provider'], keyof Users>>()
expectType<
  Equal<
    { [Id in keyof Users]: Extract<SignedIn, { readonly provider: Id }>['user'] },
    { [Id in keyof Users]: Users[Id] }
  >
>()

// So does a definition of one's own.
const facts = { protocol: 'oauth2', name: 'x', clientId: 'x', clientAuthentication: { method: 'none' } } as const
const endpoints = { authorization: issuer, token: issuer }
const identify = async () => ({ id: '1', towers: 4 })
const own = createGateway({
  origin: 'https://app.example',
  secrets: [''],
  providers: [
    defineProvider({ ...facts, id: 'keep', endpoints, identify }),
    defineProvider({ ...facts, id: 'tower', protocol: 'oidc', issuer, identify: async () => ({ id: '1', floors: 2 }) }),
  ],
})
expectType<
  Equal<
    ProvidersOf<typeof own>,
    OAuth2Provider<'keep', { id: string; towers: number }> | OidcProvider<'tower', { id: string; floors: number }>
  >
>()
