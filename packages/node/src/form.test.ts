import { PassThrough, Readable } from 'node:stream'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { FORM_PATIENCE } from './form.ts'
import { FORM_OCTETS, readForm } from './index.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

function fieldsOf(
  body: string,
  headers: Parameters<typeof readForm>[1] = FORM,
): Promise<readonly (readonly string[])[]> {
  return readForm(Readable.from([body]), headers).then((form) => [...form])
}

describe('readForm', () => {
  it('keeps repeated, empty and odd fields, in order', async () => {
    const fields = await fieldsOf('state=a&state=b&&code&=x&a=1+2%20%zz&%E2%9C%93=%ff')
    expect(fields).toEqual([
      ['state', 'a'],
      ['state', 'b'],
      ['code', ''],
      ['', 'x'],
      ['a', '1 2 %zz'],
      ['✓', '\ufffd'],
    ])
  })

  it('reads what comes in pieces, characters split between them', async () => {
    const octets = Buffer.from('name=é✓&name=2')
    const pieces = [...octets].map((octet) => Buffer.from([octet]))
    const form = await readForm(Readable.from(pieces), FORM)
    expect(form.getAll('name')).toEqual(['é✓', '2'])
  })

  it('takes the media type in any case, with parameters and spaces', async () => {
    for (const type of [
      'APPLICATION/X-WWW-FORM-URLENCODED',
      'application/x-www-form-urlencoded;charset=utf-8',
      ' application/x-www-form-urlencoded ; charset="UTF-8"; x=y',
    ]) {
      expect(await fieldsOf('a=1', { 'content-type': type })).toEqual([['a', '1']])
    }
  })

  it('refuses every other media type, and encodings it would have to undo', async () => {
    for (const headers of [
      {},
      { 'content-type': '' },
      { 'content-type': 'application/json' },
      { 'content-type': 'text/plain; application/x-www-form-urlencoded' },
      { 'content-type': 'application/x-www-form-urlencoded, text/plain' },
      { 'content-type': 'application/x-www-form-urlencodedx' },
      { ...FORM, 'content-encoding': 'gzip' },
    ]) {
      await expect(fieldsOf('a=1', headers)).rejects.toMatchObject({ code: 'media_type_unsupported' })
    }
  })

  it('waits twenty seconds for the last octet, and no longer', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const slow = new PassThrough()
    slow.write('a=1&')
    const read = expect(readForm(slow, FORM)).rejects.toMatchObject({ code: 'request_timeout' })
    await vi.advanceTimersByTimeAsync(FORM_PATIENCE)
    await read
    const nearly = new PassThrough()
    const inTime = readForm(nearly, FORM)
    await vi.advanceTimersByTimeAsync(FORM_PATIENCE - 1)
    nearly.end('a=1')
    expect([...(await inTime)]).toEqual([['a', '1']])
  })

  it('counts octets and not characters, to the last one', async () => {
    const largest = 'é'.repeat(FORM_OCTETS / 2)
    expect(await fieldsOf(largest)).toHaveLength(1)
    await expect(fieldsOf(`${largest}x`)).rejects.toMatchObject({ code: 'body_too_large' })
    await expect(readForm(Readable.from(['abc']), FORM, 2)).rejects.toMatchObject({ code: 'body_too_large' })
  })

  it('believes a length that is announced, before reading anything', async () => {
    const silent = new PassThrough()
    const headers = { ...FORM, 'content-length': String(FORM_OCTETS + 1) }
    await expect(readForm(silent, headers)).rejects.toMatchObject({ code: 'body_too_large' })
  })

  it('stops keeping a body that is too large, and lets the rest flow away', async () => {
    const endless = new PassThrough()
    const reading = readForm(endless, FORM, 10)
    endless.write('more than ten octets')
    await expect(reading).rejects.toMatchObject({ code: 'body_too_large' })
    endless.end('and more')
    await new Promise((resolve) => endless.once('end', resolve))
    expect(endless.errored).toBeNull()
  })

  it('rejects when the body breaks off, and says nothing of what was in it', async () => {
    const broken = new PassThrough()
    const reading = readForm(broken, FORM)
    broken.write('code=hidden')
    setImmediate(() => broken.destroy(new Error('aborted')))
    const error = await reading.catch((reason) => reason)
    expect(error).toMatchObject({ code: 'request_malformed', status: 400 })
    expect(`${error}${error.cause}`).not.toContain('hidden')
  })
})
