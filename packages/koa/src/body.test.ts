import { text } from 'node:stream/consumers'
import { bodyParser } from '@koa/bodyparser'
import type { Gateway, GatewayRequest } from '@postern/core'
import Koa, { type Middleware } from 'koa'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/gateway.ts'
import { SCRIPT, visit } from '../test/visitor.ts'
import { postern } from './index.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
const FIELDS = 'code=a&code=b&state=%E2%9C%93&x=1+2&state[y]=nested'

/** Sends a form to a path of a gateway that answers with what it has read. */
async function readBelow(
  above: readonly Middleware[],
  body = FIELDS,
  headers: Readonly<Record<string, string>> = FORM,
) {
  const forms: URLSearchParams[] = []
  const inner = createCastleGateway()
  const gateway: Gateway = {
    ...inner,
    async handle(request: GatewayRequest) {
      const form = await request.form().catch((error) => new URLSearchParams({ failed: error.code }))
      forms.push(form)
      return { type: 'reply', status: 200, headers: [], cookies: [], body: 'read' }
    },
  }
  const app = new Koa()
  for (const middleware of above) app.use(middleware)
  app.use(postern(gateway))
  await visit(app, async ({ post }) => {
    expect(await (await post('/auth/logout', body, headers)).text()).toBe('read')
  })
  return forms.map((form) => [...form])
}

describe('a form on a path of the gateway', () => {
  const expected = [...new URLSearchParams(FIELDS)]

  it('is read without any body parser', async () => {
    expect(await readBelow([])).toEqual([expected])
  })

  it('is read below @koa/bodyparser, field by field as it was sent', async () => {
    expect(await readBelow([bodyParser()])).toEqual([expected])
    expect(await readBelow([bodyParser({ patchNode: true, encoding: 'utf8' })])).toEqual([expected])
  })

  it('is read below a parser that takes other types only', async () => {
    expect(await readBelow([bodyParser({ enableTypes: ['json'] })])).toEqual([expected])
  })

  it('is read from what other parsers leave: fields, lists of fields, or the text', async () => {
    const fields: Middleware = async (ctx, next) => {
      await text(ctx.req)
      Object.assign(ctx.request, { body: { code: ['a', 'b'], state: ['✓', { y: 'nested' }], x: '1 2', n: { a: '1' } } })
      await next()
    }
    const [form] = await readBelow([fields])
    expect(form).toEqual([
      ['code', 'a'],
      ['code', 'b'],
      ['state', '✓'],
      ['state[y]', ''],
      ['x', '1 2'],
      ['n[a]', ''],
    ])
    const whole: Middleware = async (ctx, next) => {
      Object.assign(ctx.request, { body: await text(ctx.req) })
      await next()
    }
    expect(await readBelow([whole])).toEqual([expected])
  })

  it('has no field under a name that it was not sent under, whatever a parser makes of it', async () => {
    const parsed = { code: ['a'], state: {}, iss: { '0': 'a' }, error: [[]], a: [['b'], 'c'], n: 1, t: true, z: null }
    const nesting: Middleware = async (ctx, next) => {
      await text(ctx.req)
      Object.assign(ctx.request, { body: parsed })
      await next()
    }
    expect(await readBelow([nesting])).toEqual([
      [
        ['code[]', 'a'],
        ['iss[0]', ''],
        ['a[]', 'b'],
        ['a', 'c'],
      ],
    ])
  })

  it('is refused, and no hanging request, below something that has read it and kept nothing', async () => {
    const swallow: Middleware = async (ctx, next) => {
      await text(ctx.req)
      await next()
    }
    expect(await readBelow([swallow])).toEqual([[['failed', 'body_already_read']]])
  })

  it('has the same limits below a body parser', async () => {
    const parser = bodyParser({ formLimit: '1mb', jsonLimit: '1mb' })
    const large = `code=${'x'.repeat(64 * 1024)}`
    expect(await readBelow([parser], large)).toEqual([[['failed', 'body_too_large']]])
    const json = { 'content-type': 'application/json' }
    expect(await readBelow([parser], '{"code":"a"}', json)).toEqual([[['failed', 'media_type_unsupported']]])
    expect(await readBelow([], '{"code":"a"}', json)).toEqual([[['failed', 'media_type_unsupported']]])
  })

  it('leaves the body of the application alone', async () => {
    for (const above of [[bodyParser()], []]) {
      const app = new Koa()
      for (const middleware of above) app.use(middleware)
      app.use(postern(createCastleGateway()))
      app.use(async (ctx) => {
        ctx.body = Reflect.get(ctx.request, 'rawBody') ?? (await text(ctx.req))
      })
      await visit(app, async ({ post }) => {
        expect(await (await post('/own', FIELDS, { ...SCRIPT, ...FORM })).text()).toBe(FIELDS)
      })
    }
  })
})
