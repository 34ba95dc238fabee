import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { APP, IDP, startTwoSites, type TwoSites } from '../../test/two-sites.ts'
import { html, json, redirect } from '../server/answer.ts'

let sites: TwoSites

beforeAll(async () => {
  sites = await startTwoSites()
})
afterAll(() => sites.close())

describe('a typed address', () => {
  it('is asked for as Chromium asks', async () => {
    await sites.open(() => html(200, '')).navigate('/')
    expect(sites.seen[0]?.headers).toMatchObject({
      host: 'app.example',
      accept: expect.stringContaining('text/html'),
      'upgrade-insecure-requests': '1',
      'sec-fetch-site': 'none',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      'sec-fetch-user': '?1',
    })
    expect(sites.seen[0]?.headers).not.toHaveProperty('referer')
    expect(sites.seen[0]?.headers).not.toHaveProperty('origin')
  })

  it('keeps its redirects, their cookies and its fragment', async () => {
    const browser = sites.open(({ path }) =>
      path === '/a' ? redirect('b?x=1', 303, { 'set-cookie': 'one=1; Path=/' }) : html(200, path),
    )
    const page = await browser.navigate('/a#part')
    expect(page.url).toBe(`${APP}/b?x=1#part`)
    expect(page.chain.map(({ status, setCookies, location }) => [status, setCookies, location])).toEqual([
      [303, ['one=1; Path=/'], `${APP}/b?x=1`],
      [200, [], undefined],
    ])
    expect(sites.header('cookie')).toEqual([undefined, 'one=1'])
    expect(browser.page).toBe(page)
  })

  it.each([
    ['//evil.example/x'],
    ['/\\evil.example/x'],
    ['\\\\evil.example/x'],
    ['/\t/evil.example/x'],
    ['https:///evil.example/x'],
  ])('goes where browsers go when Location is %j, and no further than this computer', async (location) => {
    const browser = sites.open(() => redirect(location))
    const page = await browser.navigate('/', { redirects: 'manual' })
    expect(page.location).toBe('https://evil.example/x')
    await expect(page.follow()).rejects.toThrow('reaches only this computer')
  })

  it('gives up after twenty redirects, without telling queries', async () => {
    const browser = sites.open(() => redirect('/again?code=secret'))
    const error = await browser.navigate('/').catch(String)
    expect(error).toContain('More than 20 redirects')
    expect(error).not.toContain('secret')
    expect(sites.seen).toHaveLength(21)
  })

  it('can be followed one redirect at a time', async () => {
    const browser = sites.open(({ path }) =>
      path === '/end' ? html(200, 'end') : redirect(path === '/' ? '/half' : '/end'),
    )
    const half = await browser.navigate('/', { redirects: 'manual' })
    expect([half.status, half.location]).toEqual([302, `${APP}/half`])
    const end = await half.follow()
    expect([end.text, end.chain.length]).toEqual(['end', 3])
    await expect(end.follow()).rejects.toThrow('no redirect to follow')
  })

  it.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
  ])('after a %i turns %s into %s, with or without its body', async (status, method, then) => {
    const browser = sites.open(({ path }) => (path === '/' ? redirect('/then', status) : json(200, {})))
    const body = method === 'POST' ? { body: new URLSearchParams({ a: '1' }) } : {}
    await browser.navigate('/', { method, ...body })
    expect(sites.seen[1]?.method).toBe(then)
    expect(sites.seen[1]?.form.get('a')).toBe(then === 'POST' ? '1' : null)
  })
})

describe('a page', () => {
  it('with no-referrer posts its forms with a null Origin and no Referer', async () => {
    const browser = sites.open(() =>
      html(200, '<form method="post" action=""></form>', { 'referrer-policy': 'no-referrer' }),
    )
    const page = await browser.navigate('/auth/logout')
    await page.submit()
    expect(sites.seen[1]).toMatchObject({ method: 'POST', path: '/auth/logout' })
    expect(sites.header('origin')[1]).toBe('null')
    expect(sites.header('referer')[1]).toBeUndefined()
    expect(sites.header('sec-fetch-site')[1]).toBe('same-origin')
  })

  it('tells its own site where it is, and others only whose it is', async () => {
    const browser = sites.open(() => html(200, ''))
    const page = await browser.navigate('/page?x=1#y')
    await page.click('/next')
    await page.click(`${IDP}/next`)
    expect(sites.header('referer')).toEqual([undefined, `${APP}/page?x=1`, `${APP}/`])
  })

  it('with a GET form sends its fields in the query', async () => {
    const browser = sites.open(() => html(200, '<form action="/find?old=1"><input name="q"></form>'))
    await (await browser.navigate('/')).submit({ q: 'a b' })
    expect(sites.seen[1]?.target).toBe('/find?q=a+b')
  })

  it('without a form cannot be submitted', async () => {
    const page = await sites.open(() => html(200, '')).navigate('/')
    await expect(page.submit()).rejects.toThrow('no form number 0')
  })
})
