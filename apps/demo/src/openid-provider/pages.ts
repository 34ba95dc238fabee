import { type Html, html } from '../view/html.ts'
import { providerDocument } from './document.ts'
import { PEOPLE, type Person } from './people.ts'

/** Asks a person who they are today, and whether the application may know. One form for both. */
export function signInPage(client: string, action: string, chosen: Person): string {
  return providerDocument(
    `Sign in to ${client}`,
    html`<p>${client} would like to</p>
<ul>
<li>know your name and your coat of arms</li>
<li>ask for them again later, while you are away, until you sign out</li>
</ul>
<form method="post" action="${action}">
<fieldset>
<legend>Sign in as</legend>
${PEOPLE.map((person) => choice(person, person === chosen))}</fieldset>
<div class="buttons">
<button class="primary" name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button>
</div>
</form>`,
  )
}

function choice({ id, name, about }: Person, isChosen: boolean): Html {
  return html`<label>
<input type="radio" name="person" value="${id}"${isChosen ? html` checked` : undefined}>
<img src="/arms/${id}.svg" alt="" width="40" height="40">
<span>${name}<small>${about}</small></span>
</label>
`
}

/** Asks whether to sign out here as well, for an application that has signed the person out on its side. */
export function alsoSignOutPage(client: string, form: Html, formId: string): string {
  return providerDocument(
    'Sign out here too?',
    html`<p>${client} has signed you out on its own side. You are still signed in here.</p>
${form}
<div class="buttons">
<button class="primary" form="${formId}" name="logout" value="yes">Sign out</button>
<button form="${formId}">Stay signed in</button>
</div>`,
  )
}

/** Asks whether to sign out, when somebody came here for that. */
export function signOutPage(application: string, form: Html, formId: string): string {
  return providerDocument(
    'Sign out everywhere?',
    html`<p>Applications that you signed in to from here, and that want to know, are told and sign you out too.</p>
${form}
<div class="buttons">
<button class="primary" form="${formId}" name="logout" value="yes">Sign out</button>
<a href="${application}">Stay signed in</a>
</div>`,
  )
}

export function signedOutPage(application: string): string {
  return providerDocument(
    'You are signed out here',
    html`<p>Applications that you had signed in to, and that want to know, have been told. If one is open in another tab, have a look at it.</p>
<div class="buttons"><a class="primary" href="${application}">Go to the demo</a></div>`,
  )
}

export function problemPage(code: string, application: string): string {
  return providerDocument(
    'This did not work',
    html`<p>The OpenID Provider could not go on: <code>${code}</code>. Start again from the demo.</p>
<div class="buttons"><a class="primary" href="${application}">Go to the demo</a></div>`,
  )
}
