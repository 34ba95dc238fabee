import { afterEach, describe, expect, it } from 'vitest'
import { json } from './answer.ts'
import { type RunningServer, startServer } from './start-server.ts'

let server: RunningServer | undefined

afterEach(() => server?.close())

describe('a stand-in server', () => {
  it('refuses connections while paused, and comes back on the same port', async () => {
    server = await startServer({ answer: async () => json(200, 'here') })
    await server.pause()
    await expect(fetch(server.origin)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    await server.resume()
    await expect((await fetch(server.origin)).json()).resolves.toBe('here')
  })

  it('closes although a request hangs', async () => {
    server = await startServer({ answer: async () => 'hang' })
    const hanging = fetch(server.origin)
    const outcome = expect(hanging).rejects.toThrow()
    await server.close()
    await outcome
  })

  it('calls itself localhost when asked, so that it is another site than 127.0.0.1', async () => {
    server = await startServer({ hostname: 'localhost', answer: async () => json(200, 'here') })
    expect(server.origin).toMatch(/^http:\/\/localhost:\d+$/)
    await expect((await fetch(server.origin)).json()).resolves.toBe('here')
  })

  it('says what went wrong when a test makes it fail', async () => {
    server = await startServer({ answer: () => Promise.reject(new Error('a mistake in the script')) })
    const response = await fetch(server.origin)
    expect(response.status).toBe(500)
    await expect(response.text()).resolves.toContain('a mistake in the script')
  })

  it('reports a port that is taken', async () => {
    server = await startServer({ answer: async () => 'hang' })
    const port = Number(new URL(server.origin).port)
    await expect(startServer({ port, answer: async () => 'hang' })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
