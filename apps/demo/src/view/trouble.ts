import type { Running } from './document.ts'
import { type Html, html } from './html.ts'

interface Door {
  readonly name: string
  readonly about: string
  readonly label: string
  readonly href: string
  /** Only a stand-in can be told to fail. */
  readonly needsStandIn?: true
}

const DOORS: readonly Door[] = [
  {
    name: 'You decline',
    about: 'Press Deny at AniList. The gateway says that nothing has changed, and offers to start again.',
    label: 'Go and decline',
    href: '/auth/login/anilist?return_to=%2Fme',
  },
  {
    name: 'You take too long',
    about: 'Once you have left, your clock here runs eleven minutes ahead. A sign-in lives for ten.',
    label: 'Be late',
    href: '/try/late',
  },
  {
    name: 'AniList is gone',
    about: 'You approve, and then the wire is cut: the code cannot be exchanged. It heals at the next attempt.',
    label: 'Cut the wire',
    href: '/try/unreachable',
    needsStandIn: true,
  },
  {
    name: 'A forged answer',
    about: 'Somebody sends your browser to the callback with a code that is not yours.',
    label: 'Follow the forged link',
    href: '/auth/callback/anilist?code=forged&state=forged',
  },
  {
    name: 'The wrong room',
    about: 'The keep is for the castellan alone. Signing in is not enough to enter it.',
    label: 'Try the keep',
    href: '/keep',
  },
  {
    name: 'AniList is busy',
    about: 'You are in, but the API asks you to wait. The page must not fall over.',
    label: 'Ask too often',
    href: '/try/busy',
    needsStandIn: true,
  },
]

/** Each way to fail, as a door to try: what one meets behind it is the gateway's own. */
export function troubleSection({ standIn }: Running): Html {
  const doors = DOORS.filter(({ needsStandIn }) => needsStandIn === undefined || standIn !== undefined)
  return html`<section class="trouble" aria-labelledby="trouble">
<h2 id="trouble">What can go wrong</h2>
<p>Try each door: what you meet behind it is the gateway’s own answer. It goes wrong once, and then it is well again.</p>
<ul class="doors">
${doors.map(
  ({
    name,
    about,
    label,
    href,
  }) => html`<li class="door"><h3>${name}</h3><p>${about}</p><a href="${href}">${label}</a></li>
`,
)}</ul>
</section>`
}
