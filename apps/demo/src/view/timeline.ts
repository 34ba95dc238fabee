import { ERRORS, type GatewayEvent, type SessionEnd } from '@postern/core'
import type { TimelineEntry } from '../browser.ts'
import { providerName } from '../provider/name.ts'
import { type Html, html, markupOf } from './html.ts'

/** What the gateway saw of this browser, in the order it happened. The script of the page adds to it. */
export function timelineSection(entries: readonly TimelineEntry[]): Html {
  return html`<section class="timeline" aria-labelledby="timeline">
<h2 id="timeline">What the gateway saw</h2>
<p>Its own events about your browser, as a log would hold them. None of them carries a secret.</p>
<ol role="log" aria-labelledby="timeline" data-timeline>${entries.map(item)}</ol>
<p class="empty">Nothing yet. Knock.</p>
</section>`
}

/** Only the items, for the script to add. */
export function timelineItems(entries: readonly TimelineEntry[]): string {
  return entries.map((entry) => markupOf(item(entry))).join('')
}

function item({ sequence, event }: TimelineEntry): Html {
  const time = new Date(event.time).toISOString()
  return html`<li data-sequence="${sequence}" class="${isFailure(event) ? 'failure' : 'success'}">
<time datetime="${time}">${time.slice(11, 19)}</time>
<p>${sentence(event)}</p>
<p class="fine"><code>${event.type}</code>${detail(event)} <span>reference <code>${event.reference}</code></span></p>
</li>
`
}

function sentence(event: GatewayEvent): string {
  switch (event.type) {
    case 'sign_in_started':
      return `You knocked, and were sent to ${providerName(event.provider)}.`
    case 'callback_accepted':
      return 'You came back, and the answer was to your own knock.'
    case 'code_exchanged':
      return `The code became a token, server to server, in ${event.milliseconds} ms.`
    case 'signed_in':
      return `You are in, as user ${event.subject}.`
    case 'profile_postponed':
      return 'You are in, but your name will have to be asked for later.'
    case 'profile_fetched':
      return 'Your name was asked for, and came.'
    case 'token_refreshed':
      return 'The token was renewed, server to server.'
    case 'signed_out':
      return 'You left, and the gate was shut behind you.'
    case 'session_ended':
      return ENDED[event.cause]
    case 'revocation_given_up':
      return `The token could not be revoked at ${providerName(event.provider)}.`
    case 'sign_in_failed':
    case 'refresh_failed':
    case 'access_denied':
    case 'request_refused':
      return ERRORS[event.code].message
    case 'start_up_warning':
      return event.advice
    case 'failed':
      return 'Something failed that nobody foresaw.'
  }
}

const ENDED: Readonly<Record<SessionEnd, string>> = {
  grant_dead: 'A session ended: its token was dead, and could not be renewed.',
  provider: 'A session ended: you signed out at the provider, and it told the gateway.',
  owner: 'A session was ended from the list of sessions.',
  administrator: 'A session was ended by an administrator.',
  limit: 'A session ended to make room for a newer one.',
  replaced: 'The session you had ended: this browser signed in again.',
}

function isFailure(event: GatewayEvent): boolean {
  return 'code' in event
}

/** Which failure it was, or why a session ended. */
function detail(event: GatewayEvent): Html | undefined {
  if ('code' in event) return html` <code>${event.code}</code>`
  return 'cause' in event ? html` <code>${event.cause}</code>` : undefined
}
