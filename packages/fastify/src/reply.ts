import { type Settlement, serializeCookie } from '@postern/core'
import { type Outcome, type Verdict, valueBeside } from '@postern/node'
import type { FastifyReply, HookHandlerDoneFunction } from 'fastify'

/**
 * Does in a hook what the gateway decided: goes on, or replies, or nothing, when it has answered already. At once, unless
 * the decision takes its time.
 */
export function act(
  decision: Verdict | Promise<Outcome | undefined> | undefined,
  reply: FastifyReply,
  done: HookHandlerDoneFunction,
): void {
  if (decision === undefined) return
  if ('then' in decision) decision.then((settled) => act(settled, reply, done)).catch(done)
  else if (decision.type === 'next') done()
  else sendReply(reply, decision)
}

/** Sends a reply of the gateway, or hands the failure in it to the application's error handler. */
function sendReply(reply: FastifyReply, outcome: Outcome): void {
  add(reply, outcome)
  // With a serialiser of its own: otherwise Fastify gives JSON media types a charset they do not have.
  if (outcome.thrown === undefined) reply.code(outcome.status).serializer(String).send(outcome.body)
  else reply.send(outcome.thrown)
}

/** Through Fastify, so that hooks see all of it; cookies too, beside those of the application and of `@fastify/cookie`. */
export function add(reply: FastifyReply, { headers, cookies }: Settlement = NOTHING): void {
  for (const line of headers) reply.header(line[0], valueBeside(reply, line))
  for (const cookie of cookies) reply.header('set-cookie', serializeCookie(cookie))
}

const NOTHING: Settlement = { headers: [], cookies: [] }
