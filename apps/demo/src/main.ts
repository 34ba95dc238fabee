import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Arguments, readArguments } from './arguments.ts'
import { createDemo, type Demo } from './demo.ts'
import { serveWithFastify } from './fastify.ts'
import { serveWithKoa } from './koa.ts'

const ADAPTERS = {
  fastify: { name: 'Fastify', serve: serveWithFastify },
  koa: { name: 'Koa', serve: serveWithKoa },
} as const

const REGISTRATION = 'https://anilist.co/settings/developer'
const ANILIST = {
  provider: 'AniList, with the client in ANILIST_CLIENT_ID',
  registration: `must be registered at ${REGISTRATION}, exactly like this`,
}
const NEW_SECRET = 'made for this run: sessions end with it. Set DEMO_SECRET to keep them'
const SESSIONS = {
  memory: 'kept in memory. --store sealed keeps them in the browser’s cookie, --store redis in Redis',
  sealed: 'sealed in the browser’s cookie: the OpenID Provider cannot end them, and there is no list of them',
  redis: 'kept in Redis, at REDIS_URL',
} as const

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function main(): Promise<void> {
  const chosen = readArguments(process.argv.slice(2))
  loadEnvironment()
  const { port, store } = chosen
  const { name, serve } = ADAPTERS[chosen.adapter]
  // An origin has no port where that is 80.
  const { origin } = new URL(`http://localhost:${port}`)
  const demo = await createDemo({ origin, adapterName: name, store, environment: process.env })
  try {
    const server = await serve(demo, port).catch((error) => {
      if (error?.code !== 'EADDRINUSE') throw error
      throw new Error(`EADDRINUSE: something listens on port ${port} already. Choose another with --port.`)
    })
    console.log(announcement(demo, name, store))
    await askedToStop()
    await server.close()
  } finally {
    await demo.close()
  }
}

/** `apps/demo/.env`, where it exists. What is set already stays. */
function loadEnvironment(): void {
  const file = fileURLToPath(new URL('../.env', import.meta.url))
  if (existsSync(file)) process.loadEnvFile(file)
}

function announcement({ gateway, standIn, issuer }: Demo, adapter: string, store: Arguments['store']): string {
  const { provider, registration } = standIn === undefined ? ANILIST : standInWords(standIn)
  const secret = process.env.DEMO_SECRET === undefined ? NEW_SECRET : 'from DEMO_SECRET'
  return `
The Postern demo, mounted by ${adapter}.

  Open           ${gateway.origin}
  Signs in with  ${provider}
                 an OpenID Provider at ${issuer}: oidc-provider, with people of its own
  Redirect URI   ${gateway.redirectUris.anilist}
                 ${registration}
  Sessions       ${SESSIONS[store]}
  Secret         ${secret}

Ctrl-C stops it.`
}

function standInWords(origin: string) {
  return {
    provider: `a stand-in for AniList at ${origin}. For the real one, set ANILIST_CLIENT_ID and ANILIST_CLIENT_SECRET`,
    registration: `known to the stand-in. For the real AniList, register it at ${REGISTRATION}, exactly like this`,
  }
}

function askedToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
}
