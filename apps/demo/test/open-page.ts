import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

export interface OpenedPage {
  readonly status: number | undefined
  readonly location: string
  readonly body: string
}

/** Opens a page as a browser without fetch metadata does. `fetch` would say that it is a script. */
export async function openPage(url: string): Promise<OpenedPage> {
  const request = get(url, { agent: false, headers: { accept: 'text/html' } })
  const [response] = (await once(request, 'response')) as [IncomingMessage] // what node:http documents for the event
  return { status: response.statusCode, location: response.headers.location ?? '', body: await text(response) }
}
