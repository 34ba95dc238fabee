import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'

export interface Sending {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends exactly these headers: `fetch` would add `Sec-Fetch-Mode: cors`, and no navigation looks like that. */
export async function send(url: string, { method = 'GET', headers = {}, body }: Sending): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>()
  const outgoing = request(url, { method, headers: { ...headers, connection: 'close' } }, (incoming) => {
    const { statusCode: status = 0, rawHeaders } = incoming
    const lines = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : []))
    const isEmpty = method === 'HEAD' || status === 204 || status === 304
    buffer(incoming).then((octets) => {
      const response = new Response(isEmpty ? null : octets, { status })
      for (const [name = '', value = ''] of lines) response.headers.append(name, value)
      resolve(response)
    }, reject)
  })
  outgoing.on('error', reject).end(body)
  return promise
}
