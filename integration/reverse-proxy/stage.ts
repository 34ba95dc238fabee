import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGateway } from '@postern/core'
import { createHandler } from '@postern/node'
import { type Browser, createBrowser } from '@postern/testing'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { idpOf, ORIGIN, SECRET, SESSION, useServers } from '../stage.ts'
import type { Places } from './documented.ts'
import { type GuardedApplication, listen, startGuardedApplication, stop } from './guarded-application.ts'
import type { ServerProcess } from './server-process.ts'

/** A guarded application, the gateway, and a reverse proxy in front of both. */
export interface Stage {
  readonly application: GuardedApplication
  /** A browser nobody has used yet, a new one for each test. */
  readonly browser: Browser
  /** Sends a request to the proxy as it is. `lines` are header lines, each ending in CR LF. */
  raw(target: string, lines?: string, method?: string): Promise<{ readonly status: number; readonly text: string }>
  /** `Cookie` line of the browser. */
  cookieLine(): string
  /** Lets time pass for the gateway, until the test is over. */
  pass(milliseconds: number): void
  /** Does something while the gateway does not run. */
  withoutGateway<Result>(act: () => Promise<Result>): Promise<Result>
}

/** Starts everything for the tests of one file, and stops it behind them. */
export function useStage(startProxy: (places: Places) => Promise<ServerProcess>): Stage {
  const servers = useServers()
  let application: GuardedApplication
  let gateway: Server
  let proxy: ServerProcess | undefined
  let browser: Browser
  let passed = 0

  beforeAll(async () => {
    application = await startGuardedApplication()
    const { idp } = servers
    gateway = createServer(
      createHandler(
        createGateway({
          origin: ORIGIN,
          secrets: [SECRET],
          providers: [idpOf(idp)],
          now: () => Date.now() + passed,
          verify: { headers: { 'x-user-id': ({ subject }) => subject, 'x-user-name': ({ user }) => user.name } },
        }),
      ),
    )
    proxy = await startProxy({ gateway: await listen(gateway), application: application.port })
  })
  beforeEach(() => {
    passed = 0
    browser = createBrowser({ origin: ORIGIN, hosts: { [ORIGIN]: `http://127.0.0.1:${proxy?.port}` } })
    application.takeRequests()
  })
  afterAll(async () => {
    await proxy?.stop()
    await stop(gateway)
    await application.close()
  })

  return {
    get application() {
      return application
    },
    get browser() {
      return browser
    },
    async raw(target, lines = '', method = 'GET') {
      const head = `${method} ${target} HTTP/1.1\r\nHost: app.example\r\nConnection: close\r\n${lines}\r\n`
      const { status, text } = await browser.raw(head)
      return { status: Number(status), text }
    },
    cookieLine: () => `Cookie: ${SESSION}=${browser.cookies.get(SESSION)?.value}\r\n`,
    pass(milliseconds) {
      passed += milliseconds
    },
    async withoutGateway(act) {
      // A TCP server has an address object; only pipes have a string.
      const { port } = gateway.address() as AddressInfo
      await stop(gateway)
      try {
        return await act()
      } finally {
        await new Promise<void>((resolve) => gateway.listen(port, '127.0.0.1', resolve))
      }
    },
  }
}
