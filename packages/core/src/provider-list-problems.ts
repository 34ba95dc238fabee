import { callbackPaths } from './http/callback-path.ts'
import { matchRoute, routesUnder } from './http/route.ts'
import type { GatewayOptions, SessionLimit } from './options.ts'
import type { Provider } from './provider/provider.ts'

/** What is wrong with the providers together, and with what they and the sessions of their users need of a store. */
export function providerListProblems(
  { providers, signInWith, processes, store, origin, basePath }: GatewayOptions,
  limit: SessionLimit | undefined,
): readonly string[] {
  const made = Array.isArray(providers) ? providers.filter(isProvider) : []
  return [
    ...madeProblems(providers, made),
    ...uniquenessProblems(made),
    ...callbackProblems(made, origin, basePath),
    ...signInWithProblems(made, signInWith),
    ...processProblems(processes),
    ...limitProblems(limit),
    ...(store === undefined ? storelessProblems(made, processes, limit) : []),
  ]
}

/** Whether `provider` was made by `defineProvider`, as far as one can see. */
export function isProvider(provider: unknown): provider is Provider {
  if (typeof provider !== 'object' || provider === null) return false
  const { id, identify, capabilities }: Partial<Provider> = provider
  return typeof id === 'string' && typeof identify === 'function' && typeof capabilities === 'object'
}

function madeProblems(providers: unknown, made: readonly Provider[]): readonly string[] {
  if (!Array.isArray(providers) || providers.length === 0) {
    return ['providers must be a list of at least one provider: [anilist({ clientId, clientSecret })].']
  }
  if (made.length === providers.length) return []
  return ['providers must be made by a preset of @postern/providers, like anilist({ … }), or by defineProvider.']
}

function uniquenessProblems(providers: readonly Provider[]): readonly string[] {
  return [
    ...repeated(providers.map(({ id }) => id)).map(
      (id) => `providers has two with the id "${id}". Give one of them another id.`,
    ),
    // RFC 9207 section 4: with one issuer twice, an answer could not be told apart.
    ...repeated(providers.flatMap(({ issuer }) => issuer ?? [])).map(
      (issuer) => `providers has two with the issuer ${issuer}.`,
    ),
  ]
}

/** An answer that arrives at a path must be for one provider, and the path for nothing else. */
function callbackProblems(providers: readonly Provider[], origin: unknown, basePath: unknown): readonly string[] {
  if (typeof origin !== 'string') return []
  const base = typeof basePath === 'string' ? basePath : '/auth'
  const ids = providers.map(({ id }) => id)
  const routes = routesUnder(base)
  const isTaken = (path: string): boolean => {
    const match = matchRoute(routes, path)
    return match !== undefined && (match.route.name !== 'callback' || ids.includes(match.provider ?? ''))
  }
  const paths = callbackPaths(providers, origin, base)
  // Whoever leads other addresses to the callback cannot tell whose answer it is either.
  const others = providers.filter(({ id }) => !paths.some(({ provider }) => provider === id))
  return [
    ...paths
      .filter(({ path }) => isTaken(path))
      .map(({ provider, path }) => `redirectUri of ${provider} must not have the path ${path}: it is another route.`),
    ...repeated(paths.map(({ path }) => path)).map(
      (path) => `redirectUri must differ between providers: two have the path ${path}.`,
    ),
    ...repeated(others.flatMap(({ redirectUri }) => URL.parse(redirectUri ?? '')?.href ?? [])).map(
      (address) => `redirectUri must differ between providers: two have ${address}.`,
    ),
  ]
}

function signInWithProblems(providers: readonly Provider[], signInWith: unknown): readonly string[] {
  if (signInWith === undefined || providers.some(({ id }) => id === signInWith)) return []
  return [`signInWith must be one of the providers: ${providers.map(({ id }) => id).join(', ')}.`]
}

function processProblems(processes: unknown): readonly string[] {
  if (processes === undefined || (Number.isInteger(processes) && Number(processes) >= 1)) return []
  return ['processes must be a whole number of at least 1.']
}

function limitProblems(limit: SessionLimit | undefined): readonly string[] {
  if (limit === undefined) return []
  const isValid =
    Number.isInteger(limit?.perUser) && limit.perUser >= 1 && ['refuse', 'end-oldest'].includes(limit.beyond)
  return isValid ? [] : ["session.limit must be { perUser: 1 or more, beyond: 'refuse' or 'end-oldest' }."]
}

/** What a sealed session cannot honour is refused here, never half done later. */
function storelessProblems(
  providers: readonly Provider[],
  processes: unknown,
  limit: SessionLimit | undefined,
): readonly string[] {
  return [
    ...(limit === undefined ? [] : ['session.limit needs a store: add store: memoryStore() or redisStore(…).']),
    ...providers.flatMap((provider) => [
      // Decision 19: two processes that hold one rotating token would each spend it.
      ...((processes ?? 1) !== 1 && provider.capabilities.rotation
        ? [`${provider.id} rotates refresh tokens, so several processes need a store: add store: redisStore(…).`]
        : []),
      // Sessions that only browsers hold cannot be found when a provider names them.
      ...(['backchannelLogout', 'frontchannelLogout'] as const)
        .filter((name) => provider.protocol === 'oidc' && provider[name] !== undefined)
        .map((name) => `${name} of ${provider.id} needs a store: add store: memoryStore() or redisStore(…).`),
    ]),
  ]
}

function repeated(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))]
}
