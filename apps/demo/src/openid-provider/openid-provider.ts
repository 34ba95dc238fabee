import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Provider } from 'oidc-provider'
import { configurationFor } from './configuration.ts'
import { answerInteraction, INTERACTION } from './interaction.ts'
import { coatOfArms, personWith } from './people.ts'

/** A certified OpenID Provider, oidc-provider, on a port of 127.0.0.1, with one client: the demo. */
export interface OpenIdProvider {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Where a person signs out at the provider, and so everywhere. */
  readonly signOutUrl: string
  /** Breaks off the connection of the next token request. */
  cutNextTokenRequest(): void
  close(): Promise<void>
}

export interface OpenIdClient {
  readonly id: string
  readonly secret: string
  /** For people. */
  readonly name: string
  /** Where the application is. */
  readonly origin: string
  readonly redirectUri: string
  readonly postLogoutRedirectUri: string
  /** Absent: the application is not told when somebody signs out here. */
  readonly backchannelLogoutUri: string | undefined
}

/** Starts one. It is called 127.0.0.1, and not localhost as the demo is, so that to browsers it is another site. */
export async function startOpenIdProvider(registration: Omit<OpenIdClient, 'id' | 'secret'>): Promise<OpenIdProvider> {
  const client = { ...registration, id: 'postern-demo', secret: randomBytes(32).toString('base64url') }
  let answer: RequestListener = (_request, response) => response.writeHead(503).end()
  let isCutNext = false
  const server = createServer((request, response) => {
    if (isCutNext && request.url === '/token') {
      isCutNext = false
      request.socket.destroy()
    } else answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // listening on TCP, so neither a pipe nor null
  const issuer = `http://127.0.0.1:${port}`
  try {
    answer = listenerOf(await createProvider(issuer, client), client)
  } catch (error) {
    server.close()
    throw error
  }

  return {
    issuer,
    clientId: client.id,
    clientSecret: client.secret,
    signOutUrl: `${issuer}/session/end`,
    cutNextTokenRequest() {
      isCutNext = true
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Loads the library only now: most of what uses the demo's code does not start a provider. */
async function createProvider(issuer: string, client: OpenIdClient): Promise<Provider> {
  const configuration = await configurationFor(client, issuer)
  const { warn } = console
  // It warns, when it is loaded and when it starts, about what only matters in production.
  console.warn = () => {}
  try {
    const library = await import('oidc-provider')
    return new library.Provider(issuer, configuration)
  } finally {
    console.warn = warn
  }
}

function listenerOf(provider: Provider, { name: clientName, origin: application }: OpenIdClient): RequestListener {
  const answerProtocol = provider.callback()
  return (request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?', 1)
    const person = personWith(ARMS.exec(path)?.[1] ?? '')
    const answering = async (): Promise<void> => {
      if (person !== undefined) response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(coatOfArms(person))
      else if (INTERACTION.test(path)) await answerInteraction(request, response, { provider, clientName, application })
      else await answerProtocol(request, response)
    }
    answering().catch(() => response.destroy())
  }
}

const ARMS = /^\/arms\/([\w-]+)\.svg$/
