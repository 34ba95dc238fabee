import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createClosing } from './index.ts'

/** A gateway that has closed when `finish` is called. */
function slow() {
  const { promise, resolve } = Promise.withResolvers<void>()
  let calls = 0
  const close = (): Promise<void> => {
    calls += 1
    return promise
  }
  return { gateway: { close }, finish: resolve, calls: () => calls }
}

async function isSettled(promise: Promise<void>): Promise<boolean> {
  return Promise.race([promise.then(() => true), sleep(5).then(() => false)])
}

describe('closing a gateway', () => {
  it('goes on after the patience of the framework, and ends once', async () => {
    const { gateway, finish, calls } = slow()
    const closing = createClosing(gateway, 50)
    await closing.begin()
    const finished = closing.finish()
    expect(await isSettled(finished)).toBe(false)
    finish()
    await finished
    expect(calls()).toBe(1)
  })

  it('waits for the gateway where the framework does', async () => {
    for (const patience of [undefined, 0]) {
      const { gateway, finish } = slow()
      const begun = createClosing(gateway, patience).begin()
      expect(await isSettled(begun)).toBe(false)
      finish()
      await begun
    }
  })

  it('fails when the gateway fails to close', async () => {
    const gateway = { close: () => Promise.reject(new Error('the store hangs')) }
    await expect(createClosing(gateway, 1_000).begin()).rejects.toThrow('the store hangs')
  })
})
