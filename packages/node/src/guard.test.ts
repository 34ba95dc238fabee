import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createCastleGateway } from '../test/castle.ts'
import { addMount, claim, configuredGuard, loadGuard, signInGuard, visitOf } from './index.ts'

const gateway = createCastleGateway()

/** A page that somebody opens. */
function opening(url: string, originalUrl?: string): IncomingMessage {
  const message = new IncomingMessage(new Socket())
  return Object.assign(
    message,
    { method: 'GET', url, headers: { accept: 'text/html' } },
    originalUrl && { originalUrl },
  )
}

describe('a guard', () => {
  it('asks the gateway of the place, and of the places around it', async () => {
    const place = {}
    addMount(place, { gateway })
    for (const where of [place, Object.create(place)]) {
      expect(await signInGuard()(where, opening('/'))).toMatchObject({ type: 'reply', status: 303 })
      expect(await loadGuard()(where, opening('/'))).toEqual({ type: 'next' })
    }
  })

  it('lets nobody pass where there is no gateway, or another one', () => {
    const place = {}
    for (const guard of [signInGuard(), loadGuard(), configuredGuard('required', gateway)]) {
      expect(() => guard(place, opening('/'))).toThrow(expect.objectContaining({ code: 'gateway_not_mounted' }))
    }
    addMount(place, { gateway: createCastleGateway('/other') })
    expect(() => signInGuard({ gateway })(place, opening('/'))).toThrow('that no gateway has seen')
  })

  it('lets nobody pass, and says why, where it asks for a provider that the gateway does not have', async () => {
    const place = {}
    addMount(place, { gateway })
    for (const asked of [{ provider: 'catsle' }, { signInWith: 'catsle' }]) {
      const guard = signInGuard(asked)
      for (let request = 0; request < 2; request += 1) {
        expect(() => guard(place, opening('/'))).toThrow('must be the id of a configured provider')
      }
    }
    expect(await signInGuard({ provider: 'castle' })(place, opening('/'))).toMatchObject({ status: 303 })
  })

  it('stands aside where the gateway answers itself, whether or not it could ask', () => {
    const place = {}
    claim(place)
    expect(signInGuard()(Object.create(place), opening('/'))).toEqual({ type: 'next' })
  })

  it('has failures in its replies only where they are to be thrown, with the headers of the error', async () => {
    for (const failures of ['render', 'throw', undefined] as const) {
      const place = {}
      addMount(place, { gateway, failures })
      const reply = await signInGuard()(place, Object.assign(opening('/'), { method: 'POST' }))
      if (reply.type !== 'reply') throw new Error('a stranger has passed')
      expect(reply.thrown?.code).toBe(failures === 'throw' ? 'sign_in_required' : undefined)
      if (failures === 'throw') expect(reply.headers).toEqual(Object.entries(reply.thrown?.headers ?? {}))
    }
  })

  it('sends a browser back to what it asked for, where the server has rewritten that', async () => {
    const place = {}
    addMount(place, { gateway })
    const ask = async (message: IncomingMessage, target?: string): Promise<unknown> => {
      const reply = await signInGuard()(place, message, target)
      const location = reply.type === 'reply' ? reply.headers.find(([name]) => name === 'location')?.[1] : undefined
      return new URL(location ?? '').searchParams.get('return_to')
    }
    expect(await ask(opening('/page'))).toBe('/page')
    expect(await ask(opening('/page', '/en/page'))).toBe('/en/page')
    expect(await ask(opening('/page', '/en/page'), '/told')).toBe('/told')
  })
})

describe('a guard that asks for nothing', () => {
  it('takes no requirement, which would not be asked', () => {
    // @ts-expect-error -- what a JavaScript user may write
    expect(() => loadGuard({ provider: 'castle' })).toThrow('provider is not an option. Known: gateway.')
  })
})

describe('a place', () => {
  it('takes no mount without a gateway', () => {
    // @ts-expect-error -- what a JavaScript user may write
    expect(() => addMount({}, {})).toThrow('Pass a gateway')
  })

  it('shares its visits: one for each request', () => {
    const message = opening('/')
    expect(visitOf(gateway, message)).toBe(visitOf(gateway, message))
  })
})
