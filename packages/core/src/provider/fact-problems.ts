import { addressProblems, issuerProblems, originProblems, redirectUriProblems } from './address-problems.ts'
import { authenticationProblems } from './authentication-problems.ts'
import { capabilityProblems } from './capability-problems.ts'
import { choiceProblems } from './choice-problems.ts'
import type { OAuth2Facts, OidcFacts } from './define-provider.ts'
import { unknownFacts } from './unknown-facts.ts'

/**
 * Everything wrong with the facts of a provider, as sentences that name the fact and never its value. Facts come
 * from JavaScript too, so nothing is believed of their types.
 */
export function factProblems(facts: OAuth2Facts | OidcFacts): readonly string[] {
  if (facts?.protocol !== 'oauth2' && facts?.protocol !== 'oidc') return ["protocol must be 'oauth2' or 'oidc'."]
  return [
    ...unknownFacts('', facts, [...FACT_NAMES.both, ...FACT_NAMES[facts.protocol]]),
    ...nameProblems(facts),
    ...authenticationProblems(facts.clientId, facts.clientAuthentication),
    ...endpointProblems(facts),
    ...issuerProblems(facts),
    ...redirectUriProblems('redirectUri', facts.redirectUri),
    ...(facts.protocol === 'oidc' ? redirectUriProblems('postLogoutRedirectUri', facts.postLogoutRedirectUri) : []),
    ...originProblems('apiOrigins', facts.apiOrigins, facts.loopback),
    ...(facts.manageAccessUrl === undefined ? [] : addressProblems('manageAccessUrl', facts.manageAccessUrl, facts)),
    ...requestProblems(facts),
    ...choiceProblems(facts),
    ...capabilityProblems(facts),
    ...functionProblems(facts),
  ]
}

export function isProviderId(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z0-9-]{1,32}$/.test(value)
}

const FACT_NAMES = {
  both: [
    'protocol',
    'id',
    'name',
    'clientId',
    'clientAuthentication',
    'issuer',
    'endpoints',
    'redirectUri',
    'scope',
    'scopeSeparator',
    'authorizationParameters',
    'codeChallengeMethod',
    'responseMode',
    'loginParameters',
    'apiOrigins',
    'capabilities',
    'manageAccessUrl',
    'timeout',
    'loopback',
    'identify',
    'identifyOffline',
    'apiHeaders',
    'repair',
    'advise',
  ],
  oauth2: ['authorizationResponseIssParameterSupported'],
  oidc: [
    'idTokenSignedResponseAlg',
    'additionalAudiences',
    'authTimeOnRefresh',
    'userinfo',
    'backchannelLogout',
    'frontchannelLogout',
    'postLogoutRedirectUri',
  ],
} as const

const ENDPOINT_NAMES = [
  'authorization',
  'token',
  'userinfo',
  'revocation',
  'endSession',
  'pushedAuthorizationRequest',
] as const

/** Parameters the gateway sets itself: an extra one would weaken or break the request it protects. */
const RESERVED_PARAMETERS =
  /^(?:client_id|redirect_uri|response_type|response_mode|state|nonce|code_challenge.*|scope|request|request_uri)$/

/** An ID token has to show what was asked for with these: what cannot be shown would keep everybody out. */
const DEMANDS = new Map([
  ['max_age', { shape: /^\d{1,9}$/, form: "seconds in digits, like '3600'" }],
  ['acr_values', { shape: /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/, form: 'names with one space between them' }],
])

/** RFC 6749 section 3.3. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/

function nameProblems({ id, name }: OAuth2Facts | OidcFacts): readonly string[] {
  return [
    ...(isProviderId(id) ? [] : ['id must be 1 to 32 of a-z, 0-9 and -.']),
    ...(typeof name === 'string' && name.trim() !== '' ? [] : ['name must say what people call this provider.']),
  ]
}

function endpointProblems(facts: OAuth2Facts | OidcFacts): readonly string[] {
  const { endpoints } = facts
  if (endpoints === undefined && facts.protocol === 'oidc') return []
  if (typeof endpoints !== 'object' || endpoints === null) return ['endpoints must name authorization and token.']
  const needed = facts.protocol === 'oauth2' ? ['authorization', 'token'] : []
  return [
    ...unknownFacts('endpoints.', endpoints, ENDPOINT_NAMES),
    ...ENDPOINT_NAMES.flatMap((name) =>
      endpoints[name] === undefined && !needed.includes(name)
        ? []
        : addressProblems(`endpoints.${name}`, endpoints[name], facts),
    ),
  ]
}

function requestProblems({ scope, protocol, authorizationParameters }: OAuth2Facts | OidcFacts): readonly string[] {
  return [...scopeProblems(scope, protocol), ...parameterProblems(authorizationParameters, protocol)]
}

function parameterProblems(parameters: unknown, protocol: 'oauth2' | 'oidc'): readonly string[] {
  if (parameters === undefined) return []
  // A text and a list have entries too: its characters and places would be sent as parameters.
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) {
    return ["authorizationParameters must be an object: { prompt: 'login' }."]
  }
  const extras = Object.entries(parameters)
  return [
    ...(Object.hasOwn(parameters, '') ? ['authorizationParameters has a parameter without a name.'] : []),
    ...extras
      .filter(([name]) => RESERVED_PARAMETERS.test(name))
      .map(([name]) => `authorizationParameters.${name} is set by the gateway and cannot be replaced.`),
    ...extras
      .filter(([, value]) => typeof value !== 'string')
      .map(([name]) => `authorizationParameters.${name} must be a string.`),
    ...(protocol === 'oidc' ? extras.flatMap(demandProblems) : []),
  ]
}

function demandProblems([name, value]: readonly [name: string, value: unknown]): readonly string[] {
  const demand = DEMANDS.get(name)
  return demand === undefined || demand.shape.test(String(value))
    ? []
    : [`authorizationParameters.${name} must be ${demand.form}.`]
}

function scopeProblems(scope: unknown, protocol: 'oauth2' | 'oidc'): readonly string[] {
  if (scope === undefined) return []
  if (!Array.isArray(scope) || !scope.every((token) => typeof token === 'string' && SCOPE_TOKEN.test(token))) {
    return ['scope must be a list of scopes, one in each entry, without spaces.']
  }
  return protocol === 'oidc' && !scope.includes('openid') ? ["scope must include 'openid'."] : []
}

function functionProblems(facts: OAuth2Facts | OidcFacts): readonly string[] {
  return (['identify', 'identifyOffline', 'apiHeaders', 'repair', 'advise'] as const)
    .filter((name) => typeof facts[name] !== 'function' && (name === 'identify' || facts[name] !== undefined))
    .map((name) => `${name} must be a function.`)
}
