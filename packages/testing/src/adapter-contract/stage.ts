import assert from 'node:assert/strict'
import type { Reply } from '@postern/core'
import type { AdapterUnderTest, ContractCase } from './adapter.ts'
import { createApplication } from './application.ts'
import { type Browser, openBrowser, signIn } from './browser.ts'
import { createContractGateway, REDIRECTING } from './contract-gateway.ts'
import { expectReply } from './expect-reply.ts'
import { type ForwardTarget, startForwardTarget } from './forward-target.ts'
import { type Disturbance, type Handled, type ObservedGateway, observe } from './observed-gateway.ts'
import { type RawRequest, sendRaw } from './raw-request.ts'
import type { RawResponse } from './raw-response.ts'

/** A running adapter, and everything a case needs to question it. */
export interface Stage extends ReturnType<typeof createApplication> {
  readonly origin: string
  readonly observed: ObservedGateway
  readonly earlierCookie: string
  /** Where requests are forwarded to. */
  readonly target: ForwardTarget
  /** Sends one request of a browser that has no cookies. */
  send(request: RawRequest): Promise<RawResponse>
  open(): Browser
  /** A browser in which `subject` is signed in. */
  signedIn(subject: string): Promise<Browser>
  /** Lets time pass for the gateway. */
  pass(milliseconds: number): void
  /** What guards do, and how long sessions take, from now on. */
  readonly disturbance: Disturbance
  /** Sends a request for one of the gateway's own paths, and holds the response to what the core decided. */
  expectDecision(request: RawRequest, browser?: Browser): Promise<RawResponse>
}

export function onStage(name: string, play: (stage: Stage) => Promise<void>): ContractCase {
  return {
    name,
    async run(adapter) {
      const { stage, close } = await setUp(adapter)
      try {
        await play(stage)
      } finally {
        await close()
      }
    },
  }
}

async function setUp(adapter: AdapterUnderTest): Promise<{ readonly stage: Stage; close(): Promise<void> }> {
  let now = Date.now()
  const disturbance: Disturbance = { guard: (decide) => decide(), isSlow: false }
  const application = createApplication()
  const target = await startForwardTarget()
  const observed = observe(
    createContractGateway(() => now, target.origin),
    disturbance,
  )
  const { gateway } = observed
  const earlierCookie = 'earlier=1; Path=/'
  const { origin, close } = await adapter({ gateway, routes: application.routes, earlierCookie })

  const send = (request: RawRequest): Promise<RawResponse> => sendRaw(origin, request)
  const stage: Stage = {
    ...application,
    origin,
    observed,
    earlierCookie,
    target,
    send,
    open: () => openBrowser(origin),
    async signedIn(subject) {
      const browser = openBrowser(origin)
      const callback = await signIn(browser, gateway, REDIRECTING, subject)
      assert.equal(callback.status, 303, `signing ${subject} in: ${callback.body}`)
      observed.forget()
      return browser
    },
    pass(milliseconds) {
      now += milliseconds
    },
    disturbance,
    async expectDecision(request, browser = { send, cookies: () => '' }) {
      const before = observed.handled.length
      const response = await browser.send(request)
      assert.equal(observed.handled.length, before + 1, `${request.method ?? 'GET'} ${request.target} reaches the core`)
      const decision = await lastDecision(observed.handled)
      expectReply(response, decision, { method: request.method ?? 'GET', earlierCookie })
      return response
    },
  }
  return {
    stage,
    async close() {
      await gateway.close()
      await close()
      await target.close()
    },
  }
}

async function lastDecision(handled: readonly Handled[]): Promise<Reply> {
  const last = handled.at(-1)
  assert.ok(last !== undefined)
  return last.decision
}
