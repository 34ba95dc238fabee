import { parseArgs } from 'node:util'

export interface Arguments {
  readonly adapter: 'fastify' | 'koa'
  readonly port: number
  /** Where sessions are kept. */
  readonly store: 'memory' | 'sealed' | 'redis'
}

/**
 * Reads `--adapter fastify|koa` (default fastify), `--port` (default 3000) and `--store memory|sealed|redis` (default
 * memory). Throws a sentence.
 */
export function readArguments(args: readonly string[]): Arguments {
  // Package managers hand a bare `--` on.
  const given = args.filter((argument) => argument !== '--')
  const { adapter, store, ...values } = parsed(given)
  const port = Number(values.port)
  if (adapter !== 'fastify' && adapter !== 'koa') throw new Error('--adapter must be fastify or koa.')
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error('--port must be a number from 1 to 65535.')
  if (store !== 'memory' && store !== 'sealed' && store !== 'redis') {
    throw new Error('--store must be memory, sealed or redis.')
  }
  return { adapter, port, store }
}

const USAGE = '--adapter fastify|koa, --port 3000, --store memory|sealed|redis'

function parsed(args: string[]) {
  const options = {
    adapter: { type: 'string', default: 'fastify' },
    port: { type: 'string', default: '3000' },
    store: { type: 'string', default: 'memory' },
  } as const
  try {
    return parseArgs({ args, options }).values
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : 'That was not understood'}. The demo takes ${USAGE}.`)
  }
}
