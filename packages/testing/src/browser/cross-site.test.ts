import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { APP, IDP, startTwoSites, type TwoSites } from '../../test/two-sites.ts'
import { html, redirect } from '../server/answer.ts'
import { createBrowser } from './browser.ts'

let sites: TwoSites

beforeAll(async () => {
  sites = await startTwoSites()
})
afterAll(() => sites.close())

describe('another site', () => {
  it('is seen in the fetch metadata, the Referer and the Origin of what it leads to', async () => {
    const browser = sites.open(() => html(200, ''))
    await browser.navigate(`${APP}/x`, { from: `${IDP}/page?secret=1` })
    await browser.navigate(`${APP}/x`, { from: `${IDP}/page`, method: 'POST', body: new URLSearchParams() })
    expect(sites.header('sec-fetch-site')).toEqual(['cross-site', 'cross-site'])
    expect(sites.header('referer')).toEqual([`${IDP}/`, `${IDP}/`])
    expect(sites.header('origin')).toEqual([undefined, IDP])
  })

  it('on the way makes a journey cross-site for good: Strict cookies stay behind', async () => {
    const browser = sites.open(({ headers, path }) => {
      if (headers.host === 'idp.example') return redirect(`${APP}/callback`)
      return path === '/login' ? redirect(`${IDP}/authorize`) : html(200, '')
    })
    for (const sameSite of ['Strict', 'Lax', 'None']) {
      browser.cookies.store(APP, `${sameSite}=1; Secure; SameSite=${sameSite}`)
    }
    const link = await browser.navigate('/page')
    await link.click('/login')
    expect(sites.header('cookie').slice(1)).toEqual(['Strict=1; Lax=1; None=1', undefined, 'Lax=1; None=1'])
    expect(sites.header('sec-fetch-site').slice(1)).toEqual(['same-origin', 'cross-site', 'cross-site'])
  })

  it('posting a form takes only SameSite=None along', async () => {
    const browser = sites.open(({ headers }) =>
      headers.host === 'idp.example'
        ? html(200, `<form method="post" action="${APP}/callback"><input type="hidden" name="code" value="1"></form>`)
        : html(200, ''),
    )
    browser.cookies.store(APP, 'lax=1; Secure; SameSite=Lax')
    browser.cookies.store(APP, 'none=1; Secure; SameSite=None')
    const page = await browser.navigate(`${IDP}/form`)
    await page.submit()
    expect(sites.seen[1]?.headers.cookie).toBe('none=1')
    expect(sites.seen[1]?.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(sites.seen[1]?.form.get('code')).toBe('1')
  })

  it('embedding ours gets no Lax cookie, not even in a frame', async () => {
    const browser = sites.open(() => html(200, ''))
    browser.cookies.store(APP, 'lax=1; Secure; SameSite=Lax')
    for (const as of ['image', 'script', 'iframe'] as const) await browser.embed(`${APP}/x`, { as, from: `${IDP}/` })
    expect(sites.header('cookie')).toEqual([undefined, undefined, undefined])
    expect(sites.header('sec-fetch-dest')).toEqual(['image', 'script', 'iframe'])
    expect(sites.header('sec-fetch-mode')).toEqual(['no-cors', 'no-cors', 'navigate'])
    expect(browser.page).toBeUndefined()
  })

  it('is the same site when only the port or the sub-domain differs', async () => {
    sites.open(() => html(200, ''))
    const hosts = { 'https://a.app.example:8443': sites.origin }
    const browser = createBrowser({ hosts })
    await browser.navigate('https://a.app.example:8443/', { from: 'https://b.app.example/' })
    expect(sites.header('sec-fetch-site')).toEqual(['same-site'])
    expect(sites.header('host')).toEqual(['a.app.example:8443'])
  })

  it('taints the origin of a form it passes on', async () => {
    const browser = sites.open(({ headers }) =>
      headers.host === 'idp.example' ? redirect(`${APP}/target`, 307) : html(200, ''),
    )
    await browser.navigate(`${IDP}/pass`, { from: `${APP}/`, method: 'POST', body: new URLSearchParams() })
    expect(sites.header('origin')).toEqual([APP, 'null'])
  })
})
