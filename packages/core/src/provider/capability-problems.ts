import type { OAuth2Facts, OidcFacts } from './define-provider.ts'
import { unknownFacts } from './unknown-facts.ts'

/** Capabilities that contradict the endpoints or the protocol: pages and behaviour follow them. */
export function capabilityProblems(facts: OAuth2Facts | OidcFacts): readonly string[] {
  const capabilities = facts.capabilities ?? {}
  const { revocation, endSession, idToken, rotation, refresh = facts.protocol === 'oidc' } = capabilities
  return [
    ...unknownFacts('capabilities.', capabilities, CAPABILITY_NAMES),
    ...Object.entries(capabilities)
      .filter(([, value]) => value !== undefined && typeof value !== 'boolean')
      .map(([name]) => `capabilities.${name} must be true or false.`),
    ...contradiction('revocation', revocation, facts.endpoints?.revocation, facts.protocol),
    ...contradiction('endSession', endSession, facts.endpoints?.endSession, facts.protocol),
    ...(idToken === undefined || idToken === (facts.protocol === 'oidc')
      ? []
      : ['capabilities.idToken follows the protocol: only an OpenID Provider has ID tokens.']),
    ...(rotation === true && !refresh ? ['capabilities.rotation needs capabilities.refresh.'] : []),
  ]
}

const CAPABILITY_NAMES = ['refresh', 'rotation', 'revocation', 'endSession', 'idToken', 'pkce'] as const

function contradiction(
  name: 'revocation' | 'endSession',
  capability: boolean | undefined,
  endpoint: string | undefined,
  protocol: 'oauth2' | 'oidc',
): readonly string[] {
  if (capability === false && endpoint !== undefined)
    return [`capabilities.${name} is false, yet there is endpoints.${name}.`]
  // With OpenID Connect the endpoint may come from discovery.
  if (capability === true && endpoint === undefined && protocol === 'oauth2')
    return [`capabilities.${name} needs endpoints.${name}.`]
  return []
}
