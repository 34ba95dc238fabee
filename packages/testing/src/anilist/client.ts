import { randomBytes } from 'node:crypto'
import type { EngineTraits } from './engine.ts'

/** An application registered at the stand-in. */
export interface AniListClient {
  /** AniList numbers its clients. */
  readonly id: string
  readonly secret: string
  /** What the consent page calls it. */
  readonly name: string
  /** AniList takes one; the stand-in takes more, for tests. Compared byte for byte. */
  readonly redirectUris: readonly string[]
}

export interface ClientRegistration {
  readonly redirectUris: readonly string[]
  /** Default: the next number. */
  readonly id?: string | undefined
  /** Default: 40 random letters and digits, as AniList makes them. */
  readonly secret?: string | undefined
  /** Default `Example application`. */
  readonly name?: string | undefined
}

const FIRST_ID = 24001

export interface Clients {
  readonly all: readonly AniListClient[]
  register(registration: ClientRegistration): AniListClient
  find(id: string | undefined): AniListClient | undefined
}

/** The applications a stand-in knows. */
export function createClients(registrations: readonly ClientRegistration[] = []): Clients {
  const clients = new Map<string, AniListClient>()
  const register = (registration: ClientRegistration): AniListClient => {
    const client: AniListClient = {
      id: registration.id ?? String(FIRST_ID + clients.size),
      secret: registration.secret ?? randomBytes(20).toString('hex'),
      name: registration.name ?? 'Example application',
      redirectUris: [...registration.redirectUris],
    }
    clients.set(client.id, client)
    return client
  }
  for (const registration of registrations) register(registration)
  return {
    get all() {
      return [...clients.values()]
    },
    register,
    find: (id) => (id === undefined ? undefined : clients.get(id)),
  }
}

/** Whether `uri` is one this client registered: to the byte, but for the port of 127.0.0.1 in newer engines. */
export function isRegistered(client: AniListClient, uri: string, engine: EngineTraits): boolean {
  if (client.redirectUris.includes(uri)) return true
  if (engine.loopbackPort === 'exact') return false
  const asked = withoutLoopbackPort(uri)
  return asked !== undefined && client.redirectUris.some((registered) => withoutLoopbackPort(registered) === asked)
}

function withoutLoopbackPort(uri: string): string | undefined {
  const parts = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(?::\d+)?(?=[/?]|$)(.*)$/s.exec(uri)
  return parts === null ? undefined : `${parts[1]}${parts[2]}`
}
