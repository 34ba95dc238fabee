import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { createBrowser } from '@postern/testing'
import { afterEach, describe, expect, it } from 'vitest'

const README = await readFile(new URL('../README.md', import.meta.url), 'utf8')
const EXAMPLES = [...README.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '')

const stop: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of stop.splice(0)) await end()
})

/** Runs an example as it stands in the README, but for its port, in a process of its own. */
async function run(code: string, name: string): Promise<{ origin: string; ended: Promise<unknown>; kill: () => void }> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  // Beside this file, where its packages are found.
  const file = new URL(`readme-${name}.generated.ts`, import.meta.url)
  await writeFile(file, code.replaceAll('3000', String(port)))
  const child = spawn(process.execPath, ['--conditions=source', file.pathname], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ORIGIN: origin,
      SESSION_SECRET: 'r34dme-Zx8Qk2mR5tV7yB0dF3gH6jL9nP1sU4wA',
      ANILIST_CLIENT_ID: '1',
      ANILIST_CLIENT_SECRET: 'a-client-secret-of-an-example',
    },
  })
  const ended = once(child, 'exit')
  stop.push(async () => {
    child.kill('SIGKILL')
    await ended
    await rm(file)
  })
  for (let tries = 0; !(await answers(origin)); tries += 1) {
    if (tries > 150 || child.exitCode !== null) throw new Error('The example does not start.')
    await wait(100)
  }
  return { origin, ended, kill: () => child.kill('SIGTERM') }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('There is no port.')
  return address.port
}

async function answers(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/auth/session`)).ok
  } catch {
    return false
  }
}

describe.each([
  ['fastify', EXAMPLES.find((code) => code.includes('@postern/fastify')) ?? ''],
  ['koa', EXAMPLES.find((code) => code.includes('@postern/koa')) ?? ''],
])('the example of the README for %s', (name, code) => {
  it('runs, sends a person who opens the guarded page to AniList, and ends when it is told to', async () => {
    const { origin, ended, kill } = await run(code, name)
    const browser = createBrowser()
    const page = await browser.navigate(`${origin}/me`, { redirects: 'manual' })
    expect([page.status, page.location]).toEqual([303, `${origin}/auth/login/anilist?return_to=%2Fme`])
    const login = await browser.navigate(`${origin}/auth/login/anilist?return_to=%2Fme`, { redirects: 'manual' })
    const address = new URL(login.location ?? '')
    expect(address.origin + address.pathname).toBe('https://anilist.co/api/v2/oauth/authorize')
    expect(address.searchParams.get('redirect_uri')).toBe(`${origin}/auth/callback/anilist`)
    kill()
    // It has ended by itself: nobody killed it.
    expect(await ended).toEqual([0, null])
  })
})
