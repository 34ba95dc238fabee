import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Auth, Gateway, Requirement } from '@postern/core'
import { createEntrance, pathOf, sendReply, settle, visitOf } from '../../src/index.ts'

export type Handler = (message: IncomingMessage, response: ServerResponse) => Promise<void>

/** Answers or forwards what is the gateway's, and leaves everything else to `next`. */
export function mount(gateway: Gateway, next: Handler): RequestListener {
  const entrance = createEntrance({ gateway })
  const answer: Handler = async (message, response) => {
    const reply = await entrance.answer(message, response)
    if (reply !== undefined) sendReply(response, reply)
  }
  return (message, response) => {
    const handler = entrance.owns(pathOf(message.url ?? '/')) ? answer : next
    handler(message, response).catch(() => response.writeHead(500).end())
  }
}

/** Who is asking. */
export function readAuth(gateway: Gateway, message: IncomingMessage): Auth {
  return visitOf(gateway, message).auth
}

/** Lets only requests that meet the requirement on to `next`. */
export function requireSignIn(gateway: Gateway, requirement: Requirement, next: Handler): Handler {
  return async (message, response) => {
    const verdict = await visitOf(gateway, message).guard(requirement)
    if (verdict.type === 'reply') sendReply(response, verdict)
    else await next(message, response)
  }
}

/** Makes `auth` readable without a guard, where sessions are kept in a store. */
export function loadAuth(gateway: Gateway, next: Handler): Handler {
  return async (message, response) => {
    await visitOf(gateway, message).load()
    await next(message, response)
  }
}

/** Call it when the headers of a response are known, and not yet sent. */
export function finish(gateway: Gateway, message: IncomingMessage, response: ServerResponse): void {
  settle(response, visitOf(gateway, message))
}
