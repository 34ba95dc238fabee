import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { exchange, type RawResponse, values } from './raw-client.ts'
import { ADAPTERS } from './servers.ts'
import { ORIGIN, openStage, PREFIX, type Stage } from './stage.ts'

const FRIEND = 'https://friend.example'
const EVIL = 'https://evil.example'

const answer: RequestListener = (_message, response) =>
  void response.writeHead(200, { 'access-control-allow-origin': '*' }).end('ok')

/** Sends ann's cookie and exactly these header lines. */
function send({ app, cookie }: Stage, method: string, lines: string, withCookie = true): Promise<RawResponse> {
  const head = `${method} ${PREFIX}/x HTTP/1.1\r\nHost: app.example\r\n${withCookie ? cookie : ''}${lines}`
  return exchange(app.port, `${head}Content-Length: 0\r\nConnection: close\r\n\r\n`)
}

describe.each(Object.keys(ADAPTERS))('on %s, a request from another site', (adapter) => {
  it('is refused before the target hears of it, whatever its method (PX-08)', async () => {
    const stage = await openStage(adapter, answer)
    for (const lines of [
      '',
      'X-Postern: 0\r\n',
      'X-Postern: 1\r\nSec-Fetch-Site: cross-site\r\n',
      'Sec-Fetch-Site: cross-site\r\n',
      'Sec-Fetch-Site: same-site\r\n',
      'Sec-Fetch-Site: none\r\n',
      'Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n',
      `Origin: ${EVIL}\r\n`,
      `Origin: ${EVIL}\r\nSec-Fetch-Site: same-origin\r\n`,
      `Origin: ${EVIL}\r\nX-Postern: 1\r\n`,
      'Origin: null\r\n',
      'Origin: null\r\nContent-Type: text/plain\r\n',
    ]) {
      for (const method of ['GET', 'HEAD', 'POST', 'DELETE']) {
        const response = await send(stage, method, lines)
        expect([method, lines, response.status]).toEqual([method, lines, 403])
        expect(values(response, 'access-control-allow-origin')).toEqual([])
      }
    }
    expect(stage.target.requests).toEqual([])
  })

  it('is one from here when it shows that', async () => {
    const stage = await openStage(adapter, answer)
    for (const lines of ['Sec-Fetch-Site: same-origin\r\n', `Origin: ${ORIGIN}\r\n`, 'X-Postern: 1\r\n']) {
      for (const method of ['GET', 'POST']) expect((await send(stage, method, lines)).status).toBe(200)
    }
  })

  it('is no request from another site when a person typed the address', async () => {
    const stage = await openStage(adapter, answer)
    const typed = 'Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\n'
    expect((await send(stage, 'GET', typed)).status).toBe(200)
    expect((await send(stage, 'POST', typed)).status).toBe(403)
    expect((await send(stage, 'GET', `${typed}Origin: ${EVIL}\r\n`)).status).toBe(403)
  })

  it('asks first, and is permitted nothing (PX-09)', async () => {
    const stage = await openStage(adapter, answer, { proxy: { allowedOrigins: [FRIEND] } })
    for (const origin of [EVIL, 'null', `${FRIEND}.evil.example`, `${FRIEND}:444`, 'http://friend.example']) {
      const response = await send(stage, 'OPTIONS', `Origin: ${origin}\r\nAccess-Control-Request-Method: POST\r\n`)
      expect(response.status).toBe(204)
      expect(response.headers.filter(([name]) => name.startsWith('access-control-'))).toEqual([])
      expect(values(response, 'vary').join()).toContain('origin')
    }
    expect(stage.target.requests).toEqual([])
  })

  it.each(['render', 'throw'] as const)(
    'may come from an origin that was allowed, which reads errors too: %s',
    async (failures) => {
      const stage = await openStage(adapter, answer, { failures, proxy: { allowedOrigins: [FRIEND] } })
      const from = `Origin: ${FRIEND}\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n`
      const asked = `${from}Access-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: content-type,x-a\r\n`
      const preflight = await send(stage, 'OPTIONS', asked, false)
      expect(preflight.status).toBe(204)
      expect(values(preflight, 'access-control-allow-methods')).toEqual(['GET, HEAD, POST, PUT, PATCH, DELETE'])
      expect(values(preflight, 'access-control-allow-headers')).toEqual(['content-type,x-a'])
      const answers = [
        preflight,
        await send(stage, 'POST', from),
        await send(stage, 'GET', from, false),
        await send(stage, 'PROPFIND', from),
      ]
      expect(answers.map(({ status }) => status)).toEqual([204, 200, 401, 405])
      for (const response of answers) {
        expect(values(response, 'access-control-allow-origin')).toEqual([FRIEND])
        expect(values(response, 'access-control-allow-credentials')).toEqual(['true'])
        expect(values(response, 'vary').join().toLowerCase()).toContain('origin')
      }
      expect(stage.target.requests).toHaveLength(1)
    },
  )
})
