import { type Gateway, GatewayError, type Requirement } from '@postern/core'

/**
 * What a route asks, checked: `'required'` or a `Requirement`. A misspelt name would ask for less than was
 * meant, so it is refused when the guard is made and not when a request comes.
 *
 * @param gateway where it is known, providers must be among its own
 * @throws GatewayError `config_invalid`
 */
export function checkRequirement(value: unknown, gateway?: Gateway): Requirement {
  if (value === 'required') return {}
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refused("it is neither 'required' nor an object")
  for (const [name, wanted] of Object.entries(value)) {
    if (!isKnown(name)) throw refused(`${name} is not part of one. Known: ${Object.keys(RULES).join(', ')}`)
    if (wanted !== undefined && !RULES[name].holds(wanted, gateway))
      throw refused(`${name} must be ${RULES[name].text}`)
  }
  return value
}

const PROVIDER = {
  text: 'the id of a configured provider',
  holds: (value: unknown, gateway: Gateway | undefined) =>
    typeof value === 'string' && (gateway === undefined || Object.hasOwn(gateway.redirectUris, value)),
}
const LIST = {
  text: 'a list of strings',
  holds: (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
}

const RULES: Readonly<Record<keyof Requirement, typeof PROVIDER>> = {
  provider: PROVIDER,
  signInWith: PROVIDER,
  scope: LIST,
  acr: LIST,
  maxAge: { text: 'a number of seconds', holds: (value) => typeof value === 'number' && value >= 0 },
  where: { text: 'a function', holds: (value) => typeof value === 'function' },
}

function isKnown(name: string): name is keyof Requirement {
  return Object.hasOwn(RULES, name)
}

function refused(problem: string): GatewayError {
  return new GatewayError('config_invalid', { advice: `A requirement was refused: ${problem}.` })
}
