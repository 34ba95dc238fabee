import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GatewayError } from '@postern/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createCastleGateway } from '../test/castle.ts'
import { createHandler } from './index.ts'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('a handler of the application that the gateway fails', () => {
  const away = new GatewayError('store_unavailable', { advice: 'for the operator alone' })
  const turnedAway = new GatewayError('sign_in_required')

  it.each([
    ['at once', (error: Error): void => void throwIt(error)],
    ['later', async (error: Error): Promise<void> => throwIt(error)],
  ])('%s is answered with what is wrong, and the server lives', async (_, fail) => {
    let failure = away
    const url = await serve(createHandler(createCastleGateway(), () => fail(failure)))
    const unavailable = await fetch(url)
    expect(unavailable.status).toBe(503)
    expect(unavailable.headers.get('retry-after')).toBe('5')
    expect(unavailable.headers.get('cache-control')).toBe('no-store')
    expect(await unavailable.text()).toBe(away.title)
    failure = turnedAway
    const refused = await fetch(url)
    expect([refused.status, await refused.text()]).toEqual([401, turnedAway.message])
  })

  it('after it has begun to answer breaks the answer off', async () => {
    const handler = createHandler(createCastleGateway(), async (_message, response) => {
      response.write('half of ')
      throw away
    })
    const response = await fetch(await serve(handler))
      .then((answer) => answer.text())
      .catch(() => 'broken off')
    expect(response).toBe('broken off')
  })

  it('is told apart from one that fails by itself: that goes where Node puts it', async () => {
    const mistake = new Error('a mistake of the application')
    const handler = createHandler(createCastleGateway(), async () => throwIt(mistake))
    const met: unknown[] = []
    const url = await serve(async (message, response) => {
      await Promise.resolve(handler(message, response)).catch((error) => met.push(error))
      response.end()
    })
    await fetch(url)
    expect(met).toEqual([mistake])
  })
})

function throwIt(error: Error): never {
  throw error
}
