import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { PageModel, PageOverrides } from './model.ts'
import { renderPage } from './render.ts'

const WILD = `\u202e"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}\0\`${'W'.repeat(10_000)}`

const MODELS: readonly PageModel[] = [
  { page: 'choose', providers: [{ name: 'AniList', href: '/auth/login/anilist' }] },
  {
    page: 'error',
    status: 400,
    code: 'transaction_expired',
    title: 'Sign-in took too long',
    message: 'This sign-in has expired. Start again.',
    reference: 'k3RZ9-_aQ0xB',
    action: { label: 'Sign in again', href: '/auth/login/anilist?return_to=%2Fme' },
  },
  { page: 'confirm-sign-out', action: '/auth/logout', returnTo: '/me', confirmation: 'c', userName: 'Frieren' },
  {
    page: 'signed-out',
    home: '/',
    signIn: '/auth/login',
    remains: { provider: 'AniList', manageAccessUrl: 'https://anilist.co/settings/apps' },
  },
]

const WILD_MODELS: readonly PageModel[] = [
  { page: 'choose', providers: [{ name: WILD, href: WILD }] },
  {
    page: 'error',
    status: 400,
    code: 'internal_error',
    title: WILD,
    message: WILD,
    reference: WILD,
    action: { label: WILD, href: WILD },
  },
  { page: 'confirm-sign-out', action: WILD, returnTo: WILD, confirmation: WILD, userName: WILD },
  { page: 'signed-out', home: WILD, signIn: WILD, remains: { provider: WILD, manageAccessUrl: WILD } },
]

const OVERRIDES: PageOverrides = {
  choose: () => '<p>',
  error: () => '<p>',
  'confirm-sign-out': () => '<p>',
  'signed-out': () => '<p>',
}

const header = (page: ReturnType<typeof renderPage>, name: string) =>
  page.headers.filter(([key]) => key === name).map(([, value]) => value)

describe('renderPage', () => {
  it.each(WILD_MODELS)('prints the wildest text on the $page page without letting it become markup', (model) => {
    const { body } = renderPage(model, undefined)
    expect(body).not.toMatch(/<script|<img|javascript:|\0|\u202e/)
    expect(tagsOf(body)).toEqual(tagsOf(renderPage(tame(model), undefined).body))
  })

  it.each(MODELS)('gives the $page page a language, a title, one main landmark and one heading', (model) => {
    const { body } = renderPage(model, undefined)
    expect(body.startsWith('<!doctype html>\n<html lang="en">')).toBe(true)
    expect(body.match(/<main[ >]/g)).toHaveLength(1)
    const headings = [...body.matchAll(/<h1[^>]*>([^<]+)<\/h1>/g)].map(([, heading]) => heading)
    expect(headings).toHaveLength(1)
    expect(body).toContain(`<title>${headings[0]}</title>`)
    expect(body).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">')
    expect(body).not.toContain('undefined')
  })

  it.each(MODELS)('lets nothing load, run, frame or store the $page page', (model) => {
    const page = renderPage(model, undefined)
    expect(page.body).not.toMatch(/<script|<link|<iframe|\son\w+=|\sstyle=/)
    expect(header(page, 'content-type')).toEqual(['text/html; charset=utf-8'])
    expect(header(page, 'x-content-type-options')).toEqual(['nosniff'])
    expect(header(page, 'referrer-policy')).toEqual(['no-referrer'])
    expect(header(page, 'cache-control')).toEqual(['no-store'])
    expect(header(page, 'x-frame-options')).toEqual(['DENY'])
  })

  it.each(MODELS)('allows the one style of the $page page by its hash', (model) => {
    const page = renderPage(model, undefined)
    const style = /<style>([\s\S]*?)<\/style>/.exec(page.body)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    const [policy] = header(page, 'content-security-policy')
    expect(policy).toContain(`default-src 'none'; style-src 'sha256-${hash}'; `)
    expect(policy).toMatch(/; base-uri 'none'; frame-ancestors 'none'$/)
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
  })

  it('confines forms to the origin, but for the sign-out form, which leads through the provider', () => {
    const confined = [undefined, OVERRIDES].map((overrides) =>
      MODELS.map((model) =>
        header(renderPage(model, overrides), 'content-security-policy')[0]?.includes("form-action 'self'"),
      ),
    )
    expect(confined).toEqual([
      [true, true, false, true],
      [true, true, false, true],
    ])
  })

  it('prints the reference and the code on an error page', () => {
    const [, error] = MODELS.map((model) => renderPage(model, undefined).body)
    expect(error).toContain('<code>k3RZ9-_aQ0xB</code>')
    expect(error).toContain('<code>transaction_expired</code>')
    expect(error).toContain('href="/auth/login/anilist?return_to=%2Fme"')
  })

  it('offers no button on an error page that has none', () => {
    const { body } = renderPage(
      { page: 'error', status: 404, code: 'route_not_found', title: 'T', message: 'M', reference: 'R' },
      undefined,
    )
    expect(body).not.toContain('<a ')
  })

  it('signs out with a form post that carries return_to and what confirms it', () => {
    const body = renderPage(
      { page: 'confirm-sign-out', action: '/auth/logout', returnTo: '/a?b=1&c="d"', confirmation: 'c"' },
      undefined,
    ).body
    expect(body).toContain('<form class="actions" method="post" action="/auth/logout">')
    expect(body).toContain('<input type="hidden" name="return_to" value="/a?b=1&amp;c=&quot;d&quot;">')
    expect(body).toContain('<input type="hidden" name="confirmation" value="c&quot;">')
    expect(body).toContain('<button class="button" type="submit">Sign out</button>')
  })

  it('says what remains at the provider only when something does', () => {
    const { body } = renderPage({ page: 'signed-out', home: '/', signIn: '/auth/login' }, undefined)
    expect(body).not.toContain('remembers')
  })

  it('serves the page of the application under its own policy, still without scripts', () => {
    const page = renderPage(MODELS[0] as PageModel, { choose: (model) => `<p>${model.providers.length}</p>` })
    expect(page.body).toBe('<p>1</p>')
    expect(header(page, 'content-security-policy')).toEqual([
      "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ])
    expect(header(page, 'cache-control')).toEqual(['no-store'])
  })

  it('stands in for a page of the application that fails', () => {
    const broken = new Error('broken')
    const page = renderPage(MODELS[1] as PageModel, {
      error: () => {
        throw broken
      },
    })
    expect(page.body).toContain('Sign-in took too long')
  })

  it('stands in for a page of the application that is no string', () => {
    const notText = (() => undefined) as unknown as () => string // the cast is the mistake of the application
    const page = renderPage(MODELS[0] as PageModel, { choose: notText })
    expect(page.body).toContain('Choose how to sign in')
  })
})

function tagsOf(body: string): readonly string[] {
  return body.replace(/<style>[\s\S]*<\/style>/, '').match(/<\/?[a-z][a-z0-9]*/g) ?? []
}

/** The same model with harmless text, for comparing the elements. */
function tame(model: PageModel): PageModel {
  return JSON.parse(JSON.stringify(model).replaceAll(JSON.stringify(WILD), '"x"')) as PageModel // same shape
}
