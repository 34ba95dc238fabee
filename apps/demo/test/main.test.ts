import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createBrowser } from '@postern/testing'
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

/** A Redis of its own, which keeps nothing on disk. Ends with the test. */
async function startRedis(): Promise<{ readonly url: string }> {
  const port = await freePort()
  const child = spawn(
    process.env['REDIS_SERVER'] ?? 'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', ''],
    { stdio: 'pipe' },
  )
  children.push(child)
  // It says so itself when it can be talked to.
  for await (const chunk of child.stdout) if (String(chunk).includes('Ready to accept')) break
  return { url: `redis://127.0.0.1:${port}/0` }
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
      expect(demo.output()).toContain('an OpenID Provider at http://127.0.0.1:')
      expect(demo.output()).toContain('Sessions       kept in memory')
      expect(demo.output()).toContain('made for this run')
      // What oidc-provider has to say about production would hide what matters.
      expect(demo.output()).not.toMatch(/WARNING|NOTICE/)
      const { status, body } = await openPage(`http://localhost:${port}/`)
      expect([status, body]).toEqual([200, expect.stringContaining('a real OpenID Provider')])

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

  it('keeps sessions in Redis over a restart', async () => {
    const redis = await startRedis()
    const environment = { REDIS_URL: redis.url, DEMO_SECRET: 'r'.repeat(20) + 'z4Qp81Lx'.repeat(3) }
    const [port, browser] = [await freePort(), createBrowser()]
    const restart = async (): Promise<Run> => {
      const demo = run(['--store', 'redis', '--port', String(port)], environment)
      await started(demo)
      return demo
    }
    const first = await restart()
    expect(first.output()).toContain('Sessions       kept in Redis')
    await (await browser.navigate(`http://localhost:${port}/auth/login/anilist`)).submit({ decision: 'approve' })
    first.child.kill('SIGTERM')
    await once(first.child, 'exit')

    const second = await restart()
    const session = await browser.fetch(`http://localhost:${port}/auth/session`)
    expect(session.text).toContain('lanternfox')
    second.child.kill('SIGTERM')
    await once(second.child, 'exit')
  })

  it.each([
    [['--adapter', 'express'], {}, '--adapter must be fastify or koa.'],
    [['--help'], {}, 'The demo takes --adapter fastify|koa, --port 3000, --store memory|sealed|redis.'],
    [['--store', 'redis'], {}, '--store redis needs REDIS_URL'],
    [[], { ANILIST_CLIENT_ID: '4711' }, 'belong together'],
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
    expect([code, demo.output()]).toEqual([1, expect.stringContaining('another with --port')])
  })
})
