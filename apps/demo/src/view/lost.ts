import type { Auth } from '@postern/core'
import { documentOf, type Running } from './document.ts'
import { gate } from './gate.ts'
import { html } from './html.ts'

/** For an address that leads nowhere. */
export function lostView(auth: Auth, running: Running): string {
  return documentOf({
    title: 'There is no door here',
    auth,
    running,
    body: html`<main id="main">
<section class="wall hero">
<div class="words">
<h1>There is no door here</h1>
<p class="lead">Nothing in this demo has that address. If you typed it, look at the spelling.</p>
</div>
${gate(html`<h2>The gate is over there.</h2>
<a class="button" href="/">To the gate</a>`)}
</section>
</main>`,
  })
}
