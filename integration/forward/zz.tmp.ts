import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import '@postern/node'
export const listener: RequestListener = (message: IncomingMessage, response: ServerResponse) => void response.end(message.url)
createServer((message: IncomingMessage, response) => void response.end(message.url))
