import type { ServerResponse } from 'node:http'
import type { Forward, Gateway, GatewayRequest, Reply } from '@postern/core'
import type { Parts } from './node-http.ts'

/** Mistakes of adapters with what is forwarded, one at a time. The contract has to notice each. */
export const FORWARD_FAULTS: Readonly<Record<string, Partial<Parts>>> = {
  'misses a prefix': withGateway((gateway) => ({ ...gateway, prefixes: [] })),
  'takes every path that begins like a prefix': withGateway((gateway) => ({
    ...gateway,
    prefixes: gateway.prefixes.map((prefix) => prefix.slice(0, -1)),
    forward: (request) => gateway.forward({ ...request, target: request.target.replace(/^\/forwarded\/her\b/, '') }),
  })),
  'answers a prefix itself, and not what is below it': withGateway((gateway) => ({
    ...gateway,
    async forward(request) {
      const isPrefix = gateway.prefixes.includes(request.target)
      return isPrefix ? gateway.forward(request) : gateway.handle(request)
    },
  })),
  'decodes what it forwards': onForwardRequest((request) => ({ ...request, target: decoded(request.target) })),
  'cleans up what it forwards': onForwardRequest(({ target, ...rest }) => ({
    ...rest,
    target: target.replaceAll('//', '/'),
  })),
  'forwards everything as GET': onForward((decision) => ({ ...decision, method: 'GET' })),
  'forwards without the headers of the core': onForward((decision) => ({ ...decision, headers: [] })),
  'forwards with headers of its own': onForward((decision) => ({
    ...decision,
    headers: [...decision.headers, 'x-user', 'evil'],
  })),
  'gives the browser headers of its own choice': onForward((decision) => ({
    ...decision,
    head: (status, headers) => ({ ...decision.head(status, headers), headers: ['content-type', 'text/plain'] }),
  })),
  'changes the status of what it forwards': onForward((decision) => ({
    ...decision,
    head: (status, headers) => ({ ...decision.head(status, headers), status: 200 }),
  })),
  'loses the cookies of what it forwards': onForward((decision) => ({
    ...decision,
    head: (status, headers) => ({ ...decision.head(status, headers), cookies: [] }),
  })),
  'answers refused forwards with 200': withGateway((gateway) => ({
    ...gateway,
    async forward(request) {
      const decision = await gateway.forward(request)
      return decision.type === 'reply' ? { ...decision, status: 200 } : decision
    },
  })),
  'reads bodies before it forwards them': {
    listener: (listener) => (message, response) => {
      message.on('data', () => undefined)
      listener(message, response)
    },
  },
  'waits for all before it passes anything on': {
    listener: (listener) => (message, response) => listener(message, buffered(response)),
  },
  'ends what broke off as if it were whole': {
    listener: (listener) => (message, response) => {
      response.destroy = () => response.end()
      listener(message, response)
    },
  },
  'replaces the cookies of others when it forwards': {
    listener: (listener) => (message, response) => {
      const append = response.appendHeader.bind(response)
      const isForwarded = message.url?.startsWith('/forwarded') === true
      response.appendHeader = (name, value) => {
        if (isForwarded && response.hasHeader(name)) response.removeHeader(name)
        return append(name, value)
      }
      listener(message, response)
    },
  },
}

function withGateway(change: (gateway: Gateway) => Gateway): Partial<Parts> {
  return { gateway: change }
}

function onForwardRequest(change: (request: GatewayRequest) => GatewayRequest): Partial<Parts> {
  return withGateway((gateway) => ({ ...gateway, forward: (request) => gateway.forward(change(request)) }))
}

function onForward(change: (decision: Forward) => Forward): Partial<Parts> {
  return withGateway((gateway) => ({
    ...gateway,
    async forward(request): Promise<Reply | Forward> {
      const decision = await gateway.forward(request)
      return decision.type === 'forward' ? change(decision) : decision
    },
  }))
}

function decoded(target: string): string {
  try {
    return decodeURI(target)
  } catch {
    return target
  }
}

/** Keeps everything until the end. */
function buffered(response: ServerResponse): ServerResponse {
  const chunks: Buffer[] = []
  const end = response.end.bind(response)
  const flushHeaders = (): void => undefined
  const write = (chunk: Buffer): boolean => {
    chunks.push(chunk)
    return true
  }
  const endWith = (last?: string): ServerResponse => end(Buffer.concat([...chunks, Buffer.from(last ?? '')]))
  return Object.assign(response, { flushHeaders, write, end: endWith })
}
