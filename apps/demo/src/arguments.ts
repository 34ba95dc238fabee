import { parseArgs } from 'node:util'

export interface Arguments {
  readonly adapter: 'fastify' | 'koa'
  readonly port: number
}

/** Reads `--adapter fastify|koa` (default fastify) and `--port` (default 3000). Throws a sentence. */
export function readArguments(args: readonly string[]): Arguments {
  // Package managers hand a bare `--` on.
  const given = args.filter((argument) => argument !== '--')
  const { values } = parseArgs({
    args: given,
    options: { adapter: { type: 'string', default: 'fastify' }, port: { type: 'string', default: '3000' } },
  })
  const { adapter } = values
  const port = Number(values.port)
  if (adapter !== 'fastify' && adapter !== 'koa') throw new Error('--adapter must be fastify or koa.')
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error('--port must be a number from 1 to 65535.')
  return { adapter, port }
}
