import type { Reply, Settlement } from '@postern/core'
import { linesBeside, type Verdict } from '@postern/node'
import type { FastifyReply, HookHandlerDoneFunction } from 'fastify'

/**
 * Does in a hook what the gateway decided: goes on, or replies, or nothing, when it has answered already. At once, unless
 * the decision takes its time.
 */
export function act(
  decision: Verdict | Promise<Reply | undefined> | undefined,
  reply: FastifyReply,
  done: HookHandlerDoneFunction,
): void {
  if (decision === undefined) return
  if ('then' in decision) decision.then((settled) => act(settled, reply, done)).catch(done)
  else if (decision.type === 'next') done()
  else sendReply(reply, decision)
}

/** Sends a reply of the gateway, or hands the failure in it to the application's error handler. */
function sendReply(reply: FastifyReply, { status, body, error, ...settlement }: Reply): void {
  add(reply, settlement)
  // With a serialiser of its own: otherwise Fastify gives JSON media types a charset they do not have.
  if (error === undefined) reply.code(status).serializer(String).send(body)
  else reply.send(error)
}

/** Cookies go the way the application's own do, so that its hooks and plugins see them. */
export function add(reply: FastifyReply, { headers, cookies }: Settlement = NOTHING): void {
  for (const [name, value] of linesBeside(reply, headers)) reply.header(name, value)
  for (const { name, value, attributes } of cookies) reply.setCookie(name, value, { ...EXACTLY, ...attributes })
}

const NOTHING: Settlement = { headers: [], cookies: [] }

/** Undoes defaults an application may have given `@fastify/cookie`: a `__Host-` cookie with a domain is dropped. */
const EXACTLY = { domain: '', partitioned: false, signed: false, encode: String }
