import { documentOf, type Running } from './document.ts'
import { html } from './html.ts'

/** A room that nobody of the demo may enter. It exists so that one can be turned away from it. */
export function keepView(running: Running): string {
  return documentOf({
    title: 'The keep',
    running,
    body: html`<main id="main"><section class="wall arrival"><div class="words"><h1>The keep</h1><p>You are the castellan, then.</p></div></section></main>`,
  })
}
