import type { Running } from './document.ts'
import { type Html, html } from './html.ts'

interface Door {
  readonly name: string
  readonly about: string
  readonly label: string
  readonly href: string
}

/** Each way to fail, as a door to try: what one meets behind it is the gateway's own. */
export function troubleSection(running: Running): Html {
  return html`<section class="trouble" aria-labelledby="trouble">
<h2 id="trouble">What can go wrong</h2>
<p>Try each door: what you meet behind it is the gateway’s own answer. It goes wrong once, and then it is well again. Everybody who has this demo open shares its providers: whoever comes next meets what you have broken.</p>
<ul class="doors">
${doorsOf(running).map(
  ({ name, about, label, href }) =>
    html`<li class="door"><h3>${name}</h3><p>${about}</p><a href="${href}">${label}</a></li>
`,
)}</ul>
</section>`
}

function doorsOf({ standIn, store, signOutUrl }: Running): readonly Door[] {
  return [
    ...AT_SIGN_IN,
    // Only a stand-in can be told to fail.
    ...(standIn === undefined ? [] : [ANILIST_GONE]),
    OPENID_PROVIDER_GONE,
    ...INSIDE,
    ...(standIn === undefined ? [] : ANILIST_INSIDE),
    ...(store === 'sealed' ? [] : [endedByProvider(signOutUrl)]),
  ]
}

const AT_SIGN_IN: readonly Door[] = [
  {
    name: 'You decline',
    about:
      'Press Deny, whichever provider you choose. The gateway says that nothing has changed, and offers to start again.',
    label: 'Go and decline',
    href: '/auth/login?return_to=%2Fme',
  },
  {
    name: 'You take too long',
    about: 'Once you have left, your clock here runs eleven minutes ahead. A sign-in lives for ten.',
    label: 'Be late',
    href: '/try/late',
  },
]

const ANILIST_GONE: Door = {
  name: 'AniList is gone',
  about: 'You approve, and then the wire is cut: the code cannot be exchanged. It heals at the next attempt.',
  label: 'Cut the wire',
  href: '/try/unreachable',
}

const OPENID_PROVIDER_GONE: Door = {
  name: 'The OpenID Provider falls over',
  about: 'It sends you back, and does not live to take the code. Nobody is half signed in, and the next attempt works.',
  label: 'Trip it up',
  href: '/try/openid-provider-down',
}

const INSIDE: readonly Door[] = [
  {
    name: 'A forged answer',
    about: 'Somebody sends your browser to the callback with a code that is not yours.',
    label: 'Follow the forged link',
    href: '/auth/callback/anilist?code=forged&state=forged',
  },
  {
    name: 'The wrong room',
    about: 'The keep is for the castellan, whom the OpenID Provider knows. Signing in as anyone else is not enough.',
    label: 'Try the keep',
    href: '/keep',
  },
]

const ANILIST_INSIDE: readonly Door[] = [
  {
    name: 'AniList is busy',
    about: 'You are in, but the API asks you to wait. The page must not fall over.',
    label: 'Ask too often',
    href: '/try/busy',
  },
  {
    name: 'AniList forgets you',
    about: 'As if you had removed the demo in your settings there. Your session lives on, its token does not.',
    label: 'Be forgotten',
    href: '/try/forgotten',
  },
]

function endedByProvider(signOutUrl: string): Door {
  return {
    name: 'The provider ends it',
    about: 'Signed in with the OpenID Provider, sign out there: it calls this server, and your session here is over.',
    label: 'Sign out at the provider',
    href: signOutUrl,
  }
}
