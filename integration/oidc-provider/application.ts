import { createGateway, type Gateway, type GatewayEvent, type GatewayOptions } from '@postern/core'
import { ROUTES } from './application-routes.ts'
import { startLocalServer } from './local-server.ts'
import { mountWithFastify } from './mount-fastify.ts'
import { mountWithKoa } from './mount-koa.ts'

export type AdapterName = 'Fastify' | 'Koa'

export const ADAPTERS: readonly AdapterName[] = ['Fastify', 'Koa']

/** An application behind a gateway. */
export interface Application {
  readonly origin: string
  readonly gateway: Gateway
  readonly events: readonly GatewayEvent[]
  /** Events of one type. */
  eventsOf<Type extends GatewayEvent['type']>(type: Type): readonly Extract<GatewayEvent, { type: Type }>[]
  /** Lets time pass for the gateway, and for nobody else. */
  pass(seconds: number): void
  close(): Promise<void>
}

export type ApplicationOptions = Pick<GatewayOptions, 'providers'> &
  Partial<Omit<GatewayOptions, 'origin' | 'secrets' | 'onEvent' | 'now' | 'signInWith' | 'proxy'>> & {
    /** Default: the origin it listens at. A second process of an application has the origin of the first. */
    readonly origin?: string
  }

const MOUNTS = { Fastify: mountWithFastify, Koa: mountWithKoa } as const

const SECRETS = ['m4Tq9Zr2Lx7Vb1Nc6Kd8Wf3Hg5Jp0YsUe']

/** Starts one on a free port of 127.0.0.1, with what `options` makes of the origin it got. */
export async function startApplication(
  adapter: AdapterName,
  options: (origin: string) => ApplicationOptions,
): Promise<Application> {
  const server = await startLocalServer('127.0.0.1')
  const events: GatewayEvent[] = []
  let ahead = 0
  const gateway: Gateway = createGateway<GatewayOptions['providers']>({
    origin: server.origin,
    secrets: SECRETS,
    ...options(server.origin),
    onEvent: (event) => events.push(event),
    now: () => Date.now() + ahead,
  })
  const mounted = await MOUNTS[adapter](gateway, ROUTES)
  server.serve(mounted.listener)
  return {
    origin: server.origin,
    gateway,
    events,
    eventsOf: (type) =>
      events.filter((event): event is Extract<GatewayEvent, { type: typeof type }> => event.type === type),
    pass(seconds) {
      ahead += seconds * 1000
    },
    async close() {
      await server.close()
      await mounted.close()
    },
  }
}
