import { GatewayError } from '@postern/core'

/**
 * Refuses what is wrong with options that `defineProvider` never sees: a preset would go on as if they were not there,
 * or fail at the first sign-in.
 *
 * @throws GatewayError `config_invalid` with every problem that is one
 */
export function refuseProblems(provider: string, problems: readonly (string | undefined)[]): void {
  const list = problems.filter((problem) => problem !== undefined).map((problem) => `\n  - ${problem}`)
  if (list.length > 0) {
    throw new GatewayError('config_invalid', { provider, advice: `Provider ${provider}:${list.join('')}` })
  }
}

export function choiceProblem(name: string, value: unknown, choices: readonly string[]): string | undefined {
  if (value === undefined || choices.some((choice) => choice === value)) return undefined
  return `${name} must be one of ${choices.map((choice) => `'${choice}'`).join(', ')}.`
}

/** What a header cannot hold would make the API look out of reach, after the code was spent. */
export function headerProblem(name: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value))) {
    return undefined
  }
  return `${name} must be text that a header can hold: printable ASCII in one line.`
}

export function functionProblem(name: string, value: unknown): string | undefined {
  return typeof value === 'function' ? undefined : `${name} must be a function.`
}
