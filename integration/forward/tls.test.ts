import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { selfSigned } from './self-signed.ts'
import { ADAPTERS } from './servers.ts'
import { openStage, PREFIX } from './stage.ts'

describe.each(Object.keys(ADAPTERS))('on %s, a target with a certificate nobody has signed', (adapter) => {
  it('never sees a token (CVE-2026-107318)', async () => {
    let requests = 0
    const server = createServer(selfSigned('localhost'), (_message, response) => {
      requests += 1
      response.end('evil')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const { send, events } = await openStage(adapter, () => undefined, { origin: `https://localhost:${port}` })
    const response = await send('GET', `${PREFIX}/x`)
    expect([response.status, response.body]).toEqual([502, expect.stringContaining('upstream_unreachable')])
    expect(events.at(-1)).toMatchObject({ advice: 'The connection said DEPTH_ZERO_SELF_SIGNED_CERT.' })
    expect(requests).toBe(0)
  })
})
