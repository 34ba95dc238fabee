import type { Auth } from '@postern/core'
import { documentOf, type Running } from './document.ts'
import { html } from './html.ts'

/** A room for one person, so that others can be turned away from it. */
export function keepView(auth: Auth, running: Running): string {
  return documentOf({
    title: 'The keep',
    auth,
    running,
    body: html`<main id="main"><section class="wall arrival"><div class="words"><h1>The keep</h1><p>You are the castellan, then: the key fits.</p></div></section></main>`,
  })
}
