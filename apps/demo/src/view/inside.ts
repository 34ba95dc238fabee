import type { SignedIn } from '@postern/core'
import type { AnimeList } from '../anime-list.ts'
import type { TimelineEntry } from '../browser.ts'
import { documentOf, type Running } from './document.ts'
import { type Html, html } from './html.ts'
import { shelf } from './shelf.ts'
import { timelineSection } from './timeline.ts'

/** Inside the wall: who you are, your list, what the session holds, and how you got here. */
export function insideView(
  auth: SignedIn,
  list: AnimeList,
  timeline: readonly TimelineEntry[],
  running: Running,
): string {
  const name = auth.user.name ?? `user ${auth.subject}`
  return documentOf({
    title: `${name}, inside the wall`,
    running,
    body: html`<main id="main">
<section class="wall arrival">
${portrait(auth.user.picture)}
<div class="words">
<h1>You are in, <bdi>${name}</bdi>.</h1>
<p>AniList vouched for you ${moment(auth.signedInAt)}. The gate lets you through until ${moment(auth.expiresAt)} at the latest, then asks again.</p>
<form method="post" action="/auth/logout"><button class="button" type="submit">Sign out</button></form>
</div>
</section>
<div class="floor inside">
${shelf(list)}
<div class="ledgers">
${timelineSection(timeline)}
<section class="session" aria-labelledby="session">
<h2 id="session">What your browser may know</h2>
<p>The whole answer of <a href="/auth/session">/auth/session</a>. The token is not in it: the server used it to fetch the list above.</p>
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

function moment(date: Date): Html {
  const iso = date.toISOString()
  return html`<time datetime="${iso}">${FORMAT.format(date)} UTC</time>`
}

const FORMAT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
