import { GatewayError, unknownNames } from '@postern/core'

/** Throws `config_invalid`, with the name that was probably meant, for options that nobody reads. */
export function refuseUnknown(options: object, known: readonly string[]): void {
  const problems = unknownNames(options, known, complaint)
  if (problems.length > 0) throw new GatewayError('config_invalid', { advice: problems.join(' ') })
}

/** Frameworks move what is mounted with a prefix of theirs, and a gateway does not move. */
function complaint(name: string): string {
  return name === 'prefix'
    ? 'prefix moves nothing here: choose the basePath of the gateway, or mount it in a scope that has the prefix.'
    : `${name} is not an option.`
}
