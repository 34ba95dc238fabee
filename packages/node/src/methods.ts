/** The methods that Node understands besides these. A CONNECT never gets to a route. */
export function methodsBesides(known: readonly string[]): string[] {
  // To import `node:http` would load the `fetch` of Node: a third of a server's start.
  return process
    .getBuiltinModule('node:http')
    .METHODS.filter((method) => method !== 'CONNECT' && !known.includes(method))
}
