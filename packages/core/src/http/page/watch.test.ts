import { describe, expect, it } from 'vitest'
import type { ErrorPage, PageModel } from './model.ts'
import { renderPage } from './render.ts'
import { watchPages } from './watch.ts'

const MODEL: ErrorPage = {
  page: 'error',
  status: 400,
  code: 'state_missing',
  title: 'Sign-in not recognised',
  message: 'Start again.',
  reference: 'k3RZ9-_aQ0xB',
}

describe('a page of the application', () => {
  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new RangeError('template missing')
      },
      'RangeError',
    ],
    ['returns nothing', () => undefined, 'TypeError'],
    ['promises a page', async () => '<p>late</p>', 'TypeError'],
  ])('that %s is heard of, and replaced by ours', (_, render, name) => {
    const heard: [unknown, PageModel][] = []
    // An application written in JavaScript can return anything.
    const pages = watchPages({ error: render as () => string }, (error, model) => heard.push([error, model]))
    expect(renderPage(MODEL, pages).body).toContain('Start again.')
    expect(heard.map(([error, model]) => [error instanceof Error ? error.name : error, model])).toEqual([[name, MODEL]])
  })

  it('that works is shown, and nobody hears of it', () => {
    const heard: unknown[] = []
    const pages = watchPages({ error: ({ code }) => `<p>${code}</p>` }, (error) => heard.push(error))
    expect(renderPage(MODEL, pages).body).toBe('<p>state_missing</p>')
    expect(renderPage({ page: 'choose', providers: [] }, pages).body).toContain('<html')
    expect(heard).toEqual([])
  })
})
