import { describe, expect, it } from 'vitest'
import { readArguments } from './arguments.ts'

describe('readArguments', () => {
  it('runs Fastify on port 3000, with sessions in memory, when nothing is said', () => {
    expect(readArguments([])).toEqual({ adapter: 'fastify', port: 3000, store: 'memory' })
  })

  it('takes an adapter, a port and a store, behind the -- of a package manager too', () => {
    expect(readArguments(['--', '--adapter', 'koa', '--port=4000', '--store', 'sealed'])).toEqual({
      adapter: 'koa',
      port: 4000,
      store: 'sealed',
    })
  })

  it.each([
    [['--adapter', 'express'], '--adapter must be fastify or koa.'],
    [['--port', '0'], '--port must be a number from 1 to 65535.'],
    [['--port', '3000x'], '--port must be a number from 1 to 65535.'],
    [['--store', 'disk'], '--store must be memory, sealed or redis.'],
    [['--prot', '3000'], "Unknown option '--prot'"],
    [['koa'], 'Unexpected argument'],
  ])('refuses %j', (args, sentence) => {
    expect(() => readArguments(args)).toThrow(sentence)
  })
})
