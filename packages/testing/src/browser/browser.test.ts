import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { APP, IDP, startTwoSites, type TwoSites } from '../../test/two-sites.ts'
import { html, json } from '../server/answer.ts'
import { startServer } from '../server/start-server.ts'
import { createBrowser } from './browser.ts'

let sites: TwoSites

beforeAll(async () => {
  sites = await startTwoSites()
})
afterAll(() => sites.close())

describe('a script on the page', () => {
  it('asks as fetch does, and the page stays open', async () => {
    const browser = sites.open(() => json(200, { a: 1 }))
    browser.cookies.store(APP, 'a=1; Secure; SameSite=Strict')
    const page = await browser.navigate('/page')
    const answer = await browser.fetch('/auth/session')
    expect(answer.json()).toEqual({ a: 1 })
    expect(sites.seen[1]?.headers).toMatchObject({
      accept: '*/*',
      cookie: 'a=1',
      referer: `${APP}/page`,
      'sec-fetch-site': 'same-origin',
      'sec-fetch-mode': 'cors',
      'sec-fetch-dest': 'empty',
    })
    expect(sites.seen[1]?.headers).not.toHaveProperty('sec-fetch-user')
    expect(sites.seen[1]?.headers).not.toHaveProperty('origin')
    expect(browser.page).toBe(page)
  })

  it('names its origin when it posts, and elsewhere always', async () => {
    const browser = sites.open(() => json(200, {}))
    await browser.fetch('/x', { method: 'POST', headers: { 'x-postern': '1' } })
    await browser.fetch(`${IDP}/x`)
    expect(sites.header('origin')).toEqual([APP, APP])
    expect(sites.header('x-postern')).toEqual(['1', undefined])
  })

  it('of another site has no cookies of ours unless it insists, and then only SameSite=None', async () => {
    const browser = sites.open(() => json(200, {}, { 'set-cookie': 'planted=1; Secure; SameSite=None' }))
    browser.cookies.store(APP, 'lax=1; Secure; SameSite=Lax')
    browser.cookies.store(APP, 'none=1; Secure; SameSite=None')
    await browser.fetch(`${APP}/x`, { from: `${IDP}/` })
    expect(browser.cookies.get('planted')).toBeUndefined()
    await browser.fetch(`${APP}/x`, { from: `${IDP}/`, credentials: 'include' })
    expect(sites.header('cookie')).toEqual([undefined, 'none=1'])
    expect(browser.cookies.get('planted')?.value).toBe('1')
  })
})

describe('a browser', () => {
  it('has tabs with pages of their own and cookies in common', async () => {
    const browser = sites.open(({ path }) => html(200, path, { 'set-cookie': `${path.slice(1)}=1; Path=/` }))
    const other = browser.newTab()
    await browser.navigate('/one')
    await other.navigate('/two')
    expect([browser.page?.text, other.page?.text]).toEqual(['/one', '/two'])
    expect(sites.header('cookie')).toEqual([undefined, 'one=1'])
  })

  it('lets a test say what it likes', async () => {
    await sites
      .open(() => html(200, ''))
      .navigate('/', {
        method: 'HEAD',
        headers: { 'Sec-Purpose': 'prefetch', Accept: 'x/y', Cookie: 'a=1; a=2' },
      })
    expect(sites.seen[0]).toMatchObject({ method: 'HEAD' })
    expect(sites.seen[0]?.headers).toMatchObject({ 'sec-purpose': 'prefetch', accept: 'x/y', cookie: 'a=1; a=2' })
  })

  it('never leaves this computer', async () => {
    const browser = createBrowser()
    for (const address of ['http://example.com/', 'https://127.0.0.1/', 'http://localhost.evil.example/']) {
      await expect(browser.navigate(address)).rejects.toThrow('reaches only this computer')
    }
  })

  it('sends octets as they are, and shows what comes back', async () => {
    sites.open(() => json(200, {}))
    const browser = createBrowser({ origin: sites.origin })
    const once = 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n'
    const last = 'GET /b HTTP/1.1\r\nHost: y\r\nConnection: close\r\n\r\n'
    const answer = await browser.raw(once + last)
    expect(answer).toMatchObject({ statuses: [200, 200], status: 200, closed: true })
    expect(sites.seen.map(({ path }) => path)).toEqual(['/a', '/b'])
    const nonsense = await browser.raw('\r\n\x00\r\n\r\n')
    expect(nonsense.status).toBe(400)
    const patient = await browser.raw('GET / HTTP/1.1\r\n', { patience: 100 })
    expect(patient).toMatchObject({ text: '', status: undefined, closed: false })
  })

  it('does not wait for ever', async () => {
    const silent = await startServer({ answer: async () => 'hang' })
    await expect(createBrowser({ timeout: 100 }).navigate(silent.origin)).rejects.toThrow()
    await silent.close()
  })
})
