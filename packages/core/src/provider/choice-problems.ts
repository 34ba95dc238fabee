import { insecureLoopback, plainCodeChallenge } from './danger.ts'
import type { OAuth2Facts, OidcFacts } from './define-provider.ts'
import type { LoginParameter, SignatureAlgorithm } from './provider.ts'

/** Settings that are not among the choices there are. */
export function choiceProblems(facts: OAuth2Facts | OidcFacts): readonly string[] {
  const { timeout, codeChallengeMethod, loopback } = facts
  return [
    ...oneOf('scopeSeparator', facts.scopeSeparator, [' ', ',']),
    ...oneOf('responseMode', facts.responseMode, ['query', 'form_post']),
    ...listOf('loginParameters', facts.loginParameters, LOGIN_PARAMETERS),
    ...(timeout === undefined || (typeof timeout === 'number' && timeout >= 1 && timeout <= 60)
      ? []
      : ['timeout must be a number of seconds from 1 to 60.']),
    ...(codeChallengeMethod === undefined ||
    codeChallengeMethod === 'S256' ||
    codeChallengeMethod === plainCodeChallenge
      ? []
      : ["codeChallengeMethod must be 'S256', or plainCodeChallenge, imported from @postern/core."]),
    ...(loopback === undefined || loopback === insecureLoopback
      ? []
      : ['loopback must be insecureLoopback, imported from @postern/core, or left out.']),
    ...(facts.protocol === 'oidc' ? openIdChoiceProblems(facts) : issProblems(facts)),
  ]
}

const LOGIN_PARAMETERS = ['prompt', 'login_hint', 'max_age', 'acr_values', 'ui_locales'] satisfies LoginParameter[]

/** Asymmetric ones only: whoever can check an HS* signature can also make one, and `none` is no signature. */
const SIGNATURE_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] satisfies SignatureAlgorithm[]

function openIdChoiceProblems(facts: OidcFacts): readonly string[] {
  const { additionalAudiences: audiences } = facts
  return [
    ...oneOf('authTimeOnRefresh', facts.authTimeOnRefresh, ['latest']),
    ...oneOf('userinfo', facts.userinfo, ['fetch', 'skip']),
    ...oneOf('backchannelLogout', facts.backchannelLogout, ['accept', 'accept-typed']),
    ...oneOf('frontchannelLogout', facts.frontchannelLogout, ['accept']),
    ...oneOf('idTokenSignedResponseAlg', facts.idTokenSignedResponseAlg, SIGNATURE_ALGORITHMS),
    ...(audiences === undefined || (Array.isArray(audiences) && audiences.every(isText))
      ? []
      : ['additionalAudiences must be a list of audiences.']),
  ]
}

/** Whoever insists on an `iss` has to know which one. */
function issProblems({ issuer, authorizationResponseIssParameterSupported: isSent }: OAuth2Facts): readonly string[] {
  if (isSent !== undefined && typeof isSent !== 'boolean') {
    return ['authorizationResponseIssParameterSupported must be true or false.']
  }
  return isSent === true && issuer === undefined ? ['authorizationResponseIssParameterSupported needs issuer.'] : []
}

function oneOf(name: string, value: unknown, choices: readonly unknown[]): readonly string[] {
  if (value === undefined || choices.includes(value)) return []
  return [`${name} must be one of ${choices.map((choice) => `'${choice}'`).join(', ')}.`]
}

function listOf(name: string, values: unknown, choices: readonly unknown[]): readonly string[] {
  if (values === undefined || (Array.isArray(values) && values.every((value) => choices.includes(value)))) return []
  return [`${name} must be a list of ${choices.map((choice) => `'${choice}'`).join(', ')}.`]
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
