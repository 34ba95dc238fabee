import { describe, expect, it } from 'vitest'
import { createClients, isRegistered } from './client.ts'
import { ENGINES } from './engine.ts'

describe('registered clients', () => {
  it('are numbered, and their secrets differ', () => {
    const clients = createClients([{ redirectUris: ['http://127.0.0.1/a'] }])
    const second = clients.register({ redirectUris: ['http://127.0.0.1/b'] })
    expect(clients.all.map(({ id }) => id)).toEqual(['24001', '24002'])
    expect(new Set(clients.all.map(({ secret }) => secret)).size).toBe(2)
    expect(clients.find('24002')).toBe(second)
    expect(clients.find('24003')).toBeUndefined()
  })

  it.each([
    ['http://127.0.0.1:1/cb', 'http://127.0.0.1:2/cb', true],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:2/cb', true],
    ['http://[::1]:1/cb', 'http://[::1]:2/cb', true],
    ['http://127.0.0.1:1/cb', 'http://127.0.0.1:1/other', false],
    ['http://127.0.0.1:1/cb', 'http://127.0.0.1:2/cb?x', false],
    ['http://localhost:1/cb', 'http://localhost:2/cb', false],
    ['http://127.0.0.1:1/cb', 'http://127.0.0.1:1@evil.example/cb', false],
    ['http://127.0.0.1/cb', 'http://127.0.0.1.evil.example/cb', false],
    ['https://app.example:1/cb', 'https://app.example:2/cb', false],
  ])('in new versions, %s lets %s through: %s', (registered, asked, expected) => {
    const client = createClients().register({ redirectUris: [registered] })
    expect(isRegistered(client, asked, ENGINES['league-9'])).toBe(expected)
    expect(isRegistered(client, asked, ENGINES['league-7'])).toBe(false)
    expect(isRegistered(client, registered, ENGINES['league-7'])).toBe(true)
  })
})
