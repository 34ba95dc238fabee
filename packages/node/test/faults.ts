import type { GatewayRequest, Reply, Visit } from '@postern/core'
import { sendReply, settle } from '../src/index.ts'
import type { Parts } from './node-http.ts'

/** Mistakes that adapters have made, one at a time. The contract has to notice each. */
export const FAULTS: Readonly<Record<string, Partial<Parts>>> = {
  're-encodes the addresses of redirects': onReply((reply) => withHeader(reply, 'location', encodeURI)),
  'gives media types a charset': onReply((reply) =>
    withHeader(reply, 'content-type', (type) => `${type}; charset=utf-8`),
  ),
  'answers failures with 200': onReply((reply) => ({
    ...reply,
    status: reply.failure === undefined ? reply.status : 200,
  })),
  'gives redirects a body': onReply((reply) => ({ ...reply, body: reply.body ?? 'See Other' })),
  'loses a cookie': onReply((reply) => ({ ...reply, cookies: reply.cookies.slice(1) })),
  'changes the attributes of cookies': onReply((reply) => ({
    ...reply,
    cookies: reply.cookies.map((it) => ({ ...it, attributes: { ...it.attributes, secure: false } })),
  })),
  'overwrites the cookies of others': {
    listener: (listener) => (message, response) => {
      response.appendHeader = (name, value) => response.setHeader(name, Array.isArray(value) ? [...value] : value)
      listener(message, response)
    },
  },
  'takes HEAD for GET': onRequest((it) => ({ ...it, method: it.method === 'HEAD' ? 'GET' : it.method })),
  'decodes the target': onRequest((it) => ({ ...it, target: it.target.replaceAll('+', ' ') })),
  'puts the Host header into the target': onRequest((it) => ({
    ...it,
    target: `http://${it.headers['host']}${it.target}`,
  })),
  'leaves out the raw headers': onRequest((it) => ({ ...it, rawHeaders: [] })),
  'takes the first cookie line only': onRequest((it) => {
    return { ...it, headers: { ...it.headers, cookie: String(it.headers['cookie'] ?? '').split('; ')[0] } }
  }),
  'takes any body for a form': {
    gateway: (gateway) => gateway,
    listener: (listener) => (message, response) => {
      message.headers['content-type'] = 'application/x-www-form-urlencoded'
      listener(message, response)
    },
  },
  'reads forms of any size': onForm((form) => form.catch(() => new URLSearchParams('code=a'))),
  'loses repeated fields': onForm(async (form) => new URLSearchParams(Object.fromEntries(await form))),
  'misses a path': { gateway: (gateway) => ({ ...gateway, routes: gateway.routes.slice(1) }) },
  'takes every path below basePath': {
    gateway: (gateway) => {
      const extra = { name: 'login', path: `${gateway.basePath}/:any`, methods: [] } as const
      return { ...gateway, routes: [...gateway.routes, extra] }
    },
  },
  'knows GET and POST only': {
    listener: (listener) => (message, response) => {
      if (message.method === 'GET' || message.method === 'POST') listener(message, response)
      else response.writeHead(404).end()
    },
  },
  'does not wait for guards': onGuard((visit, access) => {
    const verdict = visit.guard(access)
    if (!('then' in verdict)) return verdict
    verdict.catch(() => undefined)
    return { type: 'next' }
  }),
  'lets requests pass when a guard fails': onGuard(async (visit, access) => {
    try {
      return await visit.guard(access)
    } catch {
      return { type: 'next' }
    }
  }),
  'asks guards for a session only': onGuard((visit) => visit.guard({})),
  'asks guards twice': onGuard(async (visit, access) => {
    await visit.guard(access)
    return visit.guard(access)
  }),
  'does not load sessions': onGuard(
    (visit, access) => visit.guard(access),
    async () => undefined,
  ),
  'opens every session': onVisit((visit) => {
    try {
      return { ...visit, auth: visit.auth }
    } catch {
      return visit
    }
  }),
  'mixes visits up': (() => {
    let shared: Visit | undefined
    return onVisit((visit) => {
      shared ??= visit
      return shared
    })
  })(),
  'adds nothing to responses': { settle: () => undefined },
  'adds to responses that are shared': {
    settle: (response, visit) => settle(response, { ...visit, settle: () => visit.settle(undefined) }),
  },
  'adds cookies and leaves the response in shared caches': {
    settle: (response, visit) => {
      const quiet = { ...visit, settle: (control: string | undefined) => withoutHeaders(visit.settle(control)) }
      settle(response, quiet)
    },
  },
}

function onReply(change: (reply: Reply) => Reply): Partial<Parts> {
  return { gateway: (gateway) => ({ ...gateway, handle: async (request) => change(await gateway.handle(request)) }) }
}

function onRequest(change: (request: GatewayRequest) => GatewayRequest): Partial<Parts> {
  return {
    gateway: (gateway) => ({
      ...gateway,
      handle: (request) => gateway.handle(change(request)),
      visit: (request) => gateway.visit(change(request)),
    }),
  }
}

function onForm(change: (form: Promise<URLSearchParams>) => Promise<URLSearchParams>): Partial<Parts> {
  return onRequest((request) => ({ ...request, form: () => change(request.form()) }))
}

function onVisit(change: (visit: Visit) => Visit): Partial<Parts> {
  return { gateway: (gateway) => ({ ...gateway, visit: (request) => change(gateway.visit(request)) }) }
}

type Guarding = (visit: Visit, access: Parameters<Visit['guard']>[0]) => ReturnType<Visit['guard']>

function onGuard(
  guard: Guarding,
  load: (visit: Visit) => Promise<void> = async (visit) => visit.load(),
): Partial<Parts> {
  return {
    async admit({ access }, visit, response) {
      if (access === 'open') return true
      const verdict = access === 'loaded' ? await load(visit) : await guard(visit, access)
      if (verdict?.type !== 'reply') return true
      sendReply(response, verdict)
      return false
    },
  }
}

function withHeader(reply: Reply, name: string, change: (value: string) => string): Reply {
  return { ...reply, headers: reply.headers.map((line) => (line[0] === name ? [name, change(line[1])] : line)) }
}

function withoutHeaders(settlement: ReturnType<Visit['settle']>): ReturnType<Visit['settle']> {
  return settlement === undefined ? undefined : { ...settlement, headers: [] }
}
