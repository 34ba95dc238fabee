import { describe, expect, it } from 'vitest'
import { html, markupOf } from './html.ts'

describe('html', () => {
  it('escapes what is put into it', () => {
    expect(markupOf(html`<a title="${'"><script>'}">${'<b>&'}</a>`)).toBe(
      '<a title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;</a>',
    )
  })

  it('passes what another html wrote, alone or as a list', () => {
    expect(markupOf(html`${html`<b>${'<'}</b>`}${[html`<i>`, html`</i>`]}${undefined}${7}`)).toBe('<b>&lt;</b><i></i>7')
  })
})
