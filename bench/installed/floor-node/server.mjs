import { createServer } from 'node:http'

export function start({ port }) {
  return new Promise((resolve) => {
    createServer((_request, response) => response.end('{}')).listen(port, '127.0.0.1', resolve)
  })
}
