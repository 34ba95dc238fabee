import type { Settlement } from '@postern/core'
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

/** Cookies go the way the application's own do, so that its hooks and plugins see them. */
export function add(reply: FastifyReply, { headers, cookies }: Settlement = NOTHING): void {
  for (const line of headers) reply.header(line[0], valueBeside(reply, line))
  for (const { name, value, attributes } of cookies) reply.setCookie(name, value, { ...EXACTLY, ...attributes })
}

const NOTHING: Settlement = { headers: [], cookies: [] }

/** Undoes defaults an application may have given `@fastify/cookie`: a `__Host-` cookie with a domain is dropped. */
const EXACTLY = { domain: '', partitioned: false, signed: false, encode: String }
