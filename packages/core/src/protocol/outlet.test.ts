import { afterEach, expect, it, vi } from 'vitest'
import { createOutlet } from './outlet.ts'
import type { Send } from './transport.ts'

const REQUEST = {
  method: 'GET',
  headers: {},
  body: null,
  redirect: 'manual',
  signal: new AbortController().signal,
} as const

function answering(status: number): Send {
  return async () => ({ status, headers: new Headers(), body: null })
}

afterEach(() => vi.unstubAllGlobals())

it('is the global fetch until something is lent', async () => {
  vi.stubGlobal('fetch', answering(201))
  const outlet = createOutlet(undefined)
  expect((await outlet.send('https://as.example', REQUEST)).status).toBe(201)
  outlet.lend(answering(202))
  expect((await outlet.send('https://as.example', REQUEST)).status).toBe(202)
})

it('stays what the application has chosen, whatever is lent', async () => {
  const outlet = createOutlet(answering(203))
  outlet.lend(answering(202))
  expect((await outlet.send('https://as.example', REQUEST)).status).toBe(203)
})
