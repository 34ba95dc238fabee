/** A CPU profile as V8 writes it, as far as it is read here. */
export interface Profile {
  readonly nodes: readonly ProfileNode[]
  /** Id of the node that was on top, at each sample. */
  readonly samples: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[]
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string }
}

export interface Share {
  readonly name: string
  /** Part of the time the process was not idle. */
  readonly share: number
}

/** Whose code was running, largest share first: packages, and for ours the folder. */
export function sharesByOwner(profile: Profile): readonly Share[] {
  return shares(profile, ({ callFrame: { functionName, url } }) => ownerOf(functionName, url))
}

/** Which functions were running, largest share first. */
export function sharesByFunction(profile: Profile): readonly Share[] {
  return shares(profile, ({ callFrame: { functionName, url } }) => {
    return `${functionName || 'anonymous'} of ${ownerOf(functionName, url)}`
  })
}

function shares({ nodes, samples, timeDeltas }: Profile, nameOf: (node: ProfileNode) => string): readonly Share[] {
  const names = new Map(nodes.map((node) => [node.id, nameOf(node)]))
  const times = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? ''
    if (!name.includes('(idle)')) times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0))
  }
  const total = [...times.values()].reduce((sum, time) => sum + time, 0)
  return [...times].map(([name, time]) => ({ name, share: time / total })).sort((a, b) => b.share - a.share)
}

function ownerOf(functionName: string, url: string): string {
  // `(garbage collector)`, `(program)`: what is not JavaScript.
  if (functionName.startsWith('(')) return functionName
  const ours = /\/packages\/(\w+)\/src\/(?:([\w-]+)\/)?/.exec(url)
  if (ours !== null) return `@postern/${ours[1]}${ours[2] === undefined ? '' : ` ${ours[2]}/`}`
  const dependency = url.split('/node_modules/').at(-1) ?? ''
  if (url.includes('/node_modules/')) return /^(@[^/]+\/[^/]+|[^/]+)/.exec(dependency)?.[0] ?? dependency
  if (url.startsWith('node:')) return url.replace(/^node:(internal\/)?/, 'node:').split('/')[0] ?? 'node'
  return url === '' ? 'native code' : 'the benchmark'
}
