import type { SignedIn } from '@postern/core'
import type { TimelineEntry } from '../browser.ts'
import { providerName } from '../provider/name.ts'
import type { SessionList } from '../session-list.ts'
import { documentOf, type Running } from './document.ts'
import { type Html, html } from './html.ts'
import { moment } from './moment.ts'
import { sessionsSection } from './sessions.ts'
import { timelineSection } from './timeline.ts'

export interface Inside {
  readonly auth: SignedIn
  /** What the user's provider had to say, as a section. */
  readonly belongings: Html
  readonly sessions: SessionList
  readonly timeline: readonly TimelineEntry[]
  readonly running: Running
}

/** Inside the wall: who you are, what is yours, where you are signed in, and how you got here. */
export function insideView({ auth, belongings, sessions, timeline, running }: Inside): string {
  const name = auth.user.name ?? `user ${auth.subject}`
  return documentOf({
    title: `${name}, inside the wall`,
    auth,
    running,
    body: html`<main id="main">
<section class="wall arrival">
${portrait(auth.user.picture)}
<div class="words">
<h1>You are in, <bdi>${name}</bdi>.</h1>
<p>${capitalized(providerName(auth.provider))} vouched for you ${moment(auth.signedInAt)}. The gate stays open until ${moment(auth.expiresAt)}, and longer if you come by; on ${moment(auth.signInAgainAt)} at the latest it asks again.</p>
${signOut(auth.provider, running)}
</div>
</section>
<div class="floor inside">
<div class="rooms">
${belongings}
${sessionsSection(sessions)}
</div>
<div class="ledgers">
${timelineSection(timeline)}
<section class="session" aria-labelledby="session">
<h2 id="session">What your browser may know</h2>
<p>The whole answer of <a href="/auth/session">/auth/session</a>. The token is not in it: it stays on the server, which used it to ask for what you see on this page.</p>
<pre data-session hidden></pre>
</section>
</div>
</div>
</main>`,
  })
}

function portrait(picture: string | undefined): Html {
  const image = picture === undefined ? undefined : html`<img src="${picture}" alt="" width="160" height="160">`
  return html`<div class="portrait">${image}</div>`
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function signOut(provider: string, { signOutUrl, store }: Running): Html {
  const button = html`<form method="post" action="/auth/logout"><button class="button" type="submit">Sign out</button></form>`
  if (provider !== 'openid' || store === 'sealed') return button
  return html`${button}
<p class="note">Or <a href="${signOutUrl}" target="_blank" rel="noopener">sign out at the provider</a>, in a tab of its own, and watch this one.</p>`
}
