import { createServer } from 'node:http'

// A provider that says yes to everybody, and an API that answers everybody: as fast as node:http is. The length of
// the access token is part of the code, so that sessions of any size can be made.
const SMALL = JSON.stringify({ data: { Viewer: { id: 1, name: 'Ada Example' } } })
const LARGE = JSON.stringify({ data: 'x'.repeat(256 * 1024) })

const server = createServer((request, response) => {
  request.resume()
  response.setHeader('content-type', 'application/json')
  if (request.url === '/api/large') {
    response.end(LARGE)
    return
  }
  if (request.url !== '/token') {
    response.end(SMALL)
    return
  }
  let body = ''
  request.on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () => {
    const length = Number(/code=octets-(\d+)/.exec(body)?.[1] ?? 600)
    response.end(JSON.stringify({ access_token: 'a'.repeat(length), token_type: 'Bearer', expires_in: 86_400 }))
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined })
})
process.on('message', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined })
})
process.on('disconnect', () => process.exit(0))
