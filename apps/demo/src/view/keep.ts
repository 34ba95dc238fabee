import type { Auth } from '@postern/core'
import { documentOf, type Running } from './document.ts'
import { gate } from './gate.ts'
import { html } from './html.ts'

/** A room for one person, so that others can be turned away from it. */
export function keepView(auth: Auth, running: Running): string {
  return documentOf({
    title: 'The keep',
    auth,
    running,
    body: html`<main id="main">
<section class="wall hero">
<div class="words">
<h1>The keep</h1>
<p class="lead">You are the castellan, then: the key fits. Everyone else who is signed in is turned away at this door with a 403, and not sent to sign in once more.</p>
</div>
${gate(html`<h2>All is well.</h2>
<a class="button" href="/me">Back inside</a>`)}
</section>
</main>`,
  })
}
