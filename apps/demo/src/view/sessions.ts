import { deviceName } from '../device.ts'
import type { ListedSession, SessionList } from '../session-list.ts'
import { type Html, html } from './html.ts'
import { moment } from './moment.ts'

/** Where the user is signed in, with what they can do about it. The script sends the forms, and shows the news. */
export function sessionsSection(list: SessionList): Html {
  return html`<section class="sessions" aria-labelledby="sessions" data-sessions>
<h2 id="sessions">Where you are signed in</h2>
${sessionsContent(list)}
<p class="said" role="status" tabindex="-1" data-said></p>
</section>`
}

/** Only what changes, for the script to replace. */
export function sessionsContent(list: SessionList): Html {
  if (list.state === 'sealed') return SEALED
  const { sessions } = list
  const endOthers =
    sessions.length < 2
      ? html`<p class="fine">Sign in from another browser, or from a private window, and it will be listed here.</p>`
      : html`<form method="post" action="/auth/sessions"><input type="hidden" name="action" value="end-others"><button class="button quiet">End all others</button></form>`
  return html`<div data-list>
<ul class="devices">
${sessions.map(device)}</ul>
${endOthers}
<noscript><p class="notice">The buttons work without script, but what they answer is JSON from <a href="/auth/sessions">/auth/sessions</a>: come back here to see what it has changed.</p></noscript>
</div>`
}

const SEALED = html`<p class="notice">Nobody knows: each session is sealed in its own browser’s cookie, so there is nothing to run and nothing to list. Start the demo with <code>--store memory</code> or <code>--store redis</code> to see them here, and to end them from here.</p>`

function device(session: ListedSession): Html {
  const { id, label, isCurrent } = session
  const kind = deviceName(session.device)
  const name = label ?? kind
  const badge = isCurrent ? html`<span class="badge">this browser</span>` : undefined
  const aside = label === undefined ? undefined : html`${kind}. `
  return html`<li class="device">
<div>
<h3><bdi>${name}</bdi> ${badge}</h3>
<p class="fine">${aside}Signed in ${moment(new Date(session.signedInAt))}${lastSeen(session)}.</p>
</div>
<details>
<summary>Name it<span class="hidden">: ${name}</span></summary>
<form method="post" action="/auth/sessions">
<input type="hidden" name="action" value="rename"><input type="hidden" name="id" value="${id}">
<label>Name <input name="label" required maxlength="60" autocomplete="off" value="${label ?? ''}"></label>
<button class="button">Save</button>
</form>
</details>
${isCurrent ? undefined : endButton(id, name)}
</li>
`
}

/** The gateway writes activity down now and then, not at every request: right after signing in there is none yet. */
function lastSeen({ signedInAt, touchedAt }: ListedSession): Html | undefined {
  return touchedAt === signedInAt ? undefined : html`, last seen ${moment(new Date(touchedAt))}`
}

/** The session that asks is ended by signing out. */
function endButton(id: string, name: string): Html {
  return html`<form method="post" action="/auth/sessions"><input type="hidden" name="action" value="end"><input type="hidden" name="id" value="${id}"><button class="button quiet">End it<span class="hidden">: ${name}</span></button></form>`
}
