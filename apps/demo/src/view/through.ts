import type { SignedIn } from '@postern/core'
import type { TimelineEntry } from '../browser.ts'
import { documentOf, type Running } from './document.ts'
import { type Html, html } from './html.ts'
import { timelineSection } from './timeline.ts'

const QUERY = `{
  Viewer {
    name
    about
    siteUrl
  }
}`

/** A page that talks to AniList’s API from the browser, through the gateway. The script sends, and shows the answer. */
export function throughView(auth: SignedIn, timeline: readonly TimelineEntry[], running: Running): string {
  return documentOf({
    title: 'Through the gateway',
    auth,
    running,
    body: html`<main id="main">
<section class="wall arrival">
<div class="words">
<h1>Through the gateway</h1>
<p>Your browser asks <code>/api/anilist</code> on this server and knows no token. The gateway looks at your session, puts the token on, and sends the request on to AniList’s GraphQL API.</p>
${auth.provider === 'anilist' ? undefined : foreigner()}
</div>
</section>
<div class="floor through">
<section aria-labelledby="ask">
<h2 id="ask">What you ask</h2>
<noscript><p class="notice">This page sends requests from your browser by script, and scripts are off.</p></noscript>
<form data-through>
<label for="query">A GraphQL query</label>
<textarea id="query" name="query" rows="8" spellcheck="false" autocomplete="off">${QUERY}</textarea>
<button class="button" disabled>${auth.provider === 'anilist' ? 'Send it through' : 'Send it all the same'}</button>
</form>
<h3>What leaves your browser</h3>
<pre>POST /api/anilist
content-type: application/json
x-postern: 1
cookie: …</pre>
<p class="fine">The browser adds the cookie, which no script can read. <code>x-postern: 1</code> is a header that a page of another site cannot send: where the browser itself does not say who is asking, it is the proof that one of our own pages does.</p>
</section>
<section aria-labelledby="answer">
<h2 id="answer">What comes back</h2>
<div aria-live="polite" data-answer><p class="empty-answer">Nothing yet.</p></div>
</section>
${timelineSection(timeline)}
</div>
</main>`,
  })
}

function foreigner(): Html {
  return html`<p class="notice">You are signed in with the OpenID Provider, and AniList would not know that token: the gateway sends each token only to its own API. Try it, and see it refuse; or <a href="/auth/login/anilist?return_to=%2Fthrough">sign in with AniList</a> instead.</p>`
}
