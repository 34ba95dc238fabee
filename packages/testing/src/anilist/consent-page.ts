import type { HttpAnswer } from '../server/answer.ts'
import { escapeHtml } from '../server/escape-html.ts'
import type { AniListClient } from './client.ts'
import { page } from './page.ts'
import type { AniListUser } from './user.ts'

export interface Consent {
  readonly client: AniListClient
  readonly users: readonly AniListUser[]
  /** Where the form is posted: the authorization request itself, which is checked again. */
  readonly action: string
}

/** Asks a person who they are today, and whether the application may act for them. */
export function consentPage({ client, users, action }: Consent): HttpAnswer {
  const name = escapeHtml(client.name)
  return page(
    200,
    `${client.name} asks for access: stand-in for AniList`,
    `<h1>${name} would like to use your account</h1>
<p>It will be able to read and change nearly everything there, for one year.</p>
<form method="post" action="${escapeHtml(action)}">
<fieldset>
<legend>Sign in as</legend>
${users.map(choice).join('\n')}
</fieldset>
<div class="buttons">
<button class="primary" name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button>
</div>
</form>`,
  )
}

function choice({ name, about }: AniListUser, index: number): string {
  const safe = escapeHtml(name)
  return `<label>
<input type="radio" name="user" value="${safe}"${index === 0 ? ' checked' : ''}>
<img src="/avatar/${encodeURIComponent(name)}.svg" alt="" width="40" height="40">
<span>${safe}<small>${escapeHtml(about)}</small></span>
</label>`
}
