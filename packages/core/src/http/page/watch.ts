import type { PageModel, PageOverrides } from './model.ts'

/**
 * Pages of the application whose failures are heard of. What they throw goes on to `renderPage`, which shows the
 * gateway's own page instead: without this, nobody would notice.
 */
export function watchPages(pages: PageOverrides, onFailure: (error: unknown, model: PageModel) => void): PageOverrides {
  const watch = (render: (model: never) => unknown) => (model: PageModel) => {
    try {
      // Each page still gets its own model: it is called by whoever called it before.
      const body = render(model as never)
      if (typeof body !== 'string') throw new TypeError('A page must return a string of HTML.')
      return body
    } catch (error) {
      onFailure(error, model)
      throw error
    }
  }
  return Object.fromEntries(Object.entries(pages).map(([name, render]) => [name, watch(render)]))
}
