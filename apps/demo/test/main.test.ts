import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { openPage } from './open-page.ts'
import { freePort } from './running-demo.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

interface Run {
  readonly child: ChildProcess
  /** Everything printed so far. */
  readonly output: () => string
}

const children: ChildProcess[] = []

afterEach(() => {
  // One that a failed test has left behind.
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

function run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Run {
  const env = { PATH: process.env.PATH, ...environment }
  const child = spawn(process.execPath, ['--conditions=source', MAIN, ...args], { env })
  children.push(child)
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  child.stderr.on('data', (chunk) => {
    printed += chunk
  })
  return { child, output: () => printed }
}

async function started({ child, output }: Run): Promise<void> {
  while (!output().includes('Ctrl-C')) {
    if (child.exitCode !== null) throw new Error(output())
    await once(child.stdout ?? child, 'data')
  }
}

describe('the demo from the command line', () => {
  it.each(['fastify', 'koa'])(
    'starts %s, says where to go and what to register, and ends when asked',
    async (adapter) => {
      const port = await freePort()
      const demo = run(['--adapter', adapter, '--port', String(port)])
      await started(demo)
      expect(demo.output()).toContain(`Open           http://localhost:${port}\n`)
      expect(demo.output()).toContain(`Redirect URI   http://localhost:${port}/auth/callback/anilist\n`)
      expect(demo.output()).toContain('a stand-in for AniList at http://127.0.0.1:')
      expect(demo.output()).toContain('made for this run')
      const { status, body } = await openPage(`http://localhost:${port}/`)
      expect([status, body]).toEqual([200, expect.stringContaining('Sign in with AniList')])

      demo.child.kill('SIGTERM')
      const [code] = await once(demo.child, 'exit')
      expect(code).toBe(0)
    },
  )

  it('signs in with the real AniList once it has a client, and tells nobody its secrets', async () => {
    const port = await freePort()
    const secrets = {
      ANILIST_CLIENT_SECRET: 's3cr3t-of-the-client',
      DEMO_SECRET: 'm'.repeat(20) + 'z4Qp81Lx'.repeat(3),
    }
    const demo = run(['--port', String(port)], { ANILIST_CLIENT_ID: '4711', ...secrets })
    await started(demo)
    const location = new URL((await openPage(`http://localhost:${port}/auth/login/anilist`)).location)
    demo.child.kill('SIGINT')
    await once(demo.child, 'exit')

    expect(location.origin + location.pathname).toBe('https://anilist.co/api/v2/oauth/authorize')
    expect(location.searchParams.get('client_id')).toBe('4711')
    expect(location.searchParams.get('redirect_uri')).toBe(`http://localhost:${port}/auth/callback/anilist`)
    for (const secret of Object.values(secrets)) expect(demo.output()).not.toContain(secret)
  })

  it.each([
    [['--adapter', 'express'], {}, '--adapter must be fastify or koa.'],
    [[], { DEMO_SECRET: 'short' }, 'secrets[0]'],
  ])('ends at once, with a sentence, when started with %j and %j', async (args, environment, sentence) => {
    const demo = run(args, environment)
    const [code] = await once(demo.child, 'close')
    expect(code).toBe(1)
    expect(demo.output()).toContain(sentence)
    expect(demo.output()).not.toContain('    at ')
  })

  it('says that the port is taken, and leaves nothing running', async () => {
    const blocker = createServer().listen(0, 'localhost')
    await once(blocker, 'listening')
    const { port } = blocker.address() as AddressInfo // listening on TCP, so neither a pipe nor null
    const demo = run(['--adapter', 'koa', '--port', String(port)])
    const [code] = await once(demo.child, 'close')
    blocker.close()
    expect([code, demo.output()]).toEqual([1, expect.stringContaining('EADDRINUSE')])
  })
})
