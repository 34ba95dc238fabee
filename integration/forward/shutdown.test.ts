import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { openConnection, parse, unchunk } from './raw-client.ts'
import { ADAPTERS } from './servers.ts'
import { openStage, PREFIX, SAME_ORIGIN } from './stage.ts'

describe.each(Object.keys(ADAPTERS))('on %s, closing the gateway', (adapter) => {
  it('lets what is under way finish, and begins nothing new (DS-07)', async () => {
    const { promise, resolve } = Promise.withResolvers<ServerResponse>()
    const { app, head, gateway, send, target } = await openStage(adapter, (_message, response) => {
      response.writeHead(200).write('first')
      resolve(response)
    })
    const connection = openConnection(app.port)
    connection.write(head('GET', `${PREFIX}/x`, `${SAME_ORIGIN}Connection: close\r\n\r\n`))
    const response = await promise
    await connection.until(/first/)
    let isClosed = false
    const closing = gateway.close().then(() => {
      isClosed = true
    })
    const late = await send('GET', `${PREFIX}/late`)
    expect([late.status, late.body]).toEqual([503, expect.stringContaining('gateway_closed')])
    expect(isClosed).toBe(false)
    response.end('second')
    expect(unchunk(parse(await connection.closed()).body)).toMatchObject({ content: 'firstsecond', isWhole: true })
    await closing
    expect(target.requests).toHaveLength(1)
  })
})
