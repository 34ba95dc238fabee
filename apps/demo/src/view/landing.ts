import type { Auth } from '@postern/core'
import type { TimelineEntry } from '../browser.ts'
import { documentOf, type Running } from './document.ts'
import { gate } from './gate.ts'
import { type Html, html } from './html.ts'
import { timelineSection } from './timeline.ts'
import { troubleSection } from './trouble.ts'

/** What a stranger sees, and a signed-in user who comes back to the start. */
export function landingView(auth: Auth, timeline: readonly TimelineEntry[], running: Running): string {
  return documentOf({
    title: 'Postern: a small gate at the back',
    auth,
    running,
    body: html`<main id="main">
<section class="wall hero">
<div class="words">
<h1>Every fortress has a small gate at the back.</h1>
<p class="lead">It is called a postern. Only those who belong pass through it, and what they carry stays inside the wall. This one lets you into your own server with AniList, or with any OpenID Provider, and keeps the token where no browser can read it.</p>
</div>
${auth.authenticated ? welcomeBack(auth.user.name) : comeIn(running)}
</section>
<div class="floor">
${passage()}
${troubleSection(running)}
${timelineSection(timeline)}
</div>
</main>`,
  })
}

function comeIn({ standIn }: Running): Html {
  const note =
    standIn === undefined
      ? 'You choose who vouches for you: AniList, where nothing is changed, or an OpenID Provider on this computer.'
      : 'You choose who vouches for you: a stand-in for AniList, or a real OpenID Provider. Nobody there is real.'
  return gate(html`<h2>Who goes there?</h2>
<a class="button" href="/auth/login?return_to=%2Fme">Sign in</a>
<p class="note">${note}</p>`)
}

function welcomeBack(name = 'friend'): Html {
  return gate(html`<h2>Come in, <bdi>${name}</bdi>.</h2>
<a class="button" href="/me">Go inside</a>
<p class="note">You are signed in.</p>`)
}

function passage(): Html {
  return html`<section class="passage" aria-labelledby="passage">
<h2 id="passage">How one passes</h2>
<ol>
<li><h3>You knock</h3><p>The gateway seals a note to itself into a cookie, a different one for every tab, and sends you to the provider of your choice.</p></li>
<li><h3>They vouch for you</h3><p>You come back with a code. The gateway checks that it answers your knock and nobody else’s.</p></li>
<li><h3>The gate opens</h3><p>Server to server, the code becomes a token. It is locked away, and this server asks the provider about you through it.</p></li>
</ol>
</section>`
}
