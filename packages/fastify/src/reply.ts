import type { ServerResponse } from 'node:http'
import type { Gateway, HeaderLine, Reply, Settlement } from '@postern/core'
import { type Mount, type Verdict, visitSoFar } from '@postern/node'
import type { FastifyReply, HookHandlerDoneFunction, onSendHookHandler } from 'fastify'
import { isOwnRoute } from './scope.ts'

/** Does in a hook what the gateway decided: goes on, or replies. At once, unless the decision takes its time. */
export function act(verdict: Verdict, mount: Mount, reply: FastifyReply, done: HookHandlerDoneFunction): void {
  if ('then' in verdict) verdict.then((settled) => act(settled, mount, reply, done)).catch(done)
  else if (verdict.type === 'next') done()
  else sendReply(reply, verdict, mount)
}

/** An `onSend` hook that adds what a visit leaves behind, when this request has paid one. */
export function settle(gateway: Gateway): onSendHookHandler {
  return (request, reply, _payload, done) => {
    // Not on the gateway's own routes: a hook that reads `auth` there must not bring a session back that has ended.
    const visit = isOwnRoute(request) ? undefined : visitSoFar(gateway, request.raw)
    const settlement = visit?.settle(reply.getHeader('cache-control')?.toString())
    if (settlement !== undefined) add(reply, settlement)
    done()
  }
}

/** The response itself, with the headers that were set so far. Hooks that run when Fastify sends will not run. */
export function takeOver(reply: FastifyReply): ServerResponse {
  const { raw } = reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  return raw
}

/** Sends a reply of the gateway, or hands the failure in it to the application's error handler. */
function sendReply(reply: FastifyReply, { status, headers, cookies, body, error }: Reply, { failures }: Mount): void {
  const thrown = failures === 'throw' ? error : undefined
  add(reply, { headers: thrown === undefined ? headers : Object.entries(thrown.headers), cookies })
  // With a serialiser of its own: otherwise Fastify gives JSON media types a charset they do not have.
  if (thrown === undefined) reply.code(status).serializer(asIs).send(body)
  else reply.send(thrown)
}

/** Cookies go the way the application's own do, so that its hooks and plugins see them. */
function add(reply: FastifyReply, { headers, cookies }: Settlement): void {
  for (const line of headers) addHeader(reply, line)
  for (const { name, value, attributes } of cookies) reply.setCookie(name, value, { ...EXACTLY, ...attributes })
}

/** Replaces what others have said, but for `Vary`: what they vary on still holds. */
function addHeader(reply: FastifyReply, [name, value]: HeaderLine): void {
  const others = name === 'vary' ? reply.getHeader(name) : undefined
  reply.header(name, others === undefined ? value : `${others}, ${value}`)
}

const asIs = (value: string): string => value

/** Undoes defaults an application may have given `@fastify/cookie`: a `__Host-` cookie with a domain is dropped. */
const EXACTLY = { domain: '', partitioned: false, signed: false, encode: asIs }
