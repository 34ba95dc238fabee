import { describe, expect, it } from 'vitest'
import { type Html, html, markupOf } from './escape.ts'

const text = (value: string) => markupOf(html`<p>${value}</p>`)

describe('html', () => {
  it.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['"><img src=x onerror=alert(1)>', '&quot;&gt;&lt;img src=x onerror=alert(1)&gt;'],
    ["' onmouseover='alert(1)", '&#39; onmouseover=&#39;alert(1)'],
    ['`backtick`', '&#96;backtick&#96;'],
    ['&lt;', '&amp;lt;'],
    ['+ADw-script+AD4-', '+ADw-script+AD4-'],
    ['{{7*7}} #{7*7} <%= 7*7 %>', '{{7*7}} #{7*7} &lt;%= 7*7 %&gt;'],
  ])('prints %s as text', (value, escaped) => {
    expect(text(value)).toBe(`<p>${escaped}</p>`)
  })

  it('replaces characters HTML forbids, so that no parser may drop them and join what they kept apart', () => {
    expect(text('<scr\0ipt> \u001b[31m \u0085 \ufffe \ud800')).toBe(
      '<p>&lt;scr\ufffdipt&gt; \ufffd[31m \ufffd \ufffd \ufffd</p>',
    )
  })

  it('keeps line breaks, tabs and every script', () => {
    expect(text('a\tb\nc שלום 進撃の巨人 🏯')).toBe('<p>a\tb\nc שלום 進撃の巨人 🏯</p>')
  })

  it('removes characters that would reorder the text around them', () => {
    expect(text('\u202egnp.exe\u202c \u2067x\u2069\u2069')).toBe('<p>gnp.exe x</p>')
  })

  it('passes markup that another template wrote, alone or as a list, and escapes it once only', () => {
    const items = ['<a>', '&'].map((item) => html`<li>${item}</li>`)
    expect(markupOf(html`<ul>${items}</ul>${html`<b>${'"'}</b>`}`)).toBe(
      '<ul><li>&lt;a&gt;</li><li>&amp;</li></ul><b>&quot;</b>',
    )
  })

  it('refuses an object that only looks like markup', () => {
    const forged = JSON.parse('{"markup":"<script>"}') as Html // the cast is the attack
    expect(() => html`<p>${forged}</p>`).toThrow(TypeError)
  })

  it('prints nothing for undefined, and numbers as they are', () => {
    expect(markupOf(html`<p>${undefined}${404}</p>`)).toBe('<p>404</p>')
  })

  it('refuses an attribute without double quotes', () => {
    expect(() => html`<a href=${'x onclick=alert(1)'}>x</a>`).toThrow('double quotes')
  })

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\tscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'relative',
    '',
  ])('makes no link of %j', (value) => {
    expect(markupOf(html`<a href="${value}">x</a>`)).toBe('<a href="about:invalid">x</a>')
    expect(markupOf(html`<form action="${value}"></form>`)).toBe('<form action="about:invalid"></form>')
  })

  it.each(['/', '/auth/login/anilist?return_to=%2Fme', 'https://anilist.co/settings/apps', 'http://localhost:3000/'])(
    'keeps the link %s',
    (value) => {
      expect(markupOf(html`<a href="${value}">x</a>`)).toBe(`<a href="${value}">x</a>`)
    },
  )
})
