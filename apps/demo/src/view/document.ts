import type { Auth } from '@postern/core'
import type { Arguments } from '../arguments.ts'
import { type Html, html, markupOf } from './html.ts'
import { parting } from './parting.ts'

export interface Content {
  readonly title: string
  readonly body: Html
  /** Who is looking: someone who is signed in will be told when that ends. */
  readonly auth: Auth
  /** How this demo is running, for the foot of the page. */
  readonly running: Running
}

export interface Running {
  /** `Fastify` or `Koa`. */
  readonly adapter: string
  readonly store: Arguments['store']
  /** Origin of the stand-in for AniList, when there is one. */
  readonly standIn: string | undefined
  /** Issuer of the OpenID Provider. */
  readonly issuer: string
  /** Where a person signs out at the OpenID Provider. */
  readonly signOutUrl: string
}

/** A whole page of the demo. */
export function documentOf({ title, body, auth, running }: Content): string {
  return markupOf(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/demo.svg" type="image/svg+xml">
<link rel="stylesheet" href="/demo.css">
<script src="/demo.js" type="module"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="sky">
<a class="mark" href="/"><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M3 30V14a13 13 0 0 1 26 0v16z"/><path class="light" d="M10 30V15a6 6 0 0 1 12 0v15z"/></svg>Postern</a>
<nav aria-label="Demo"><a href="/me">Inside</a><a href="/through">Through the gateway</a><a href="/#trouble">What can go wrong</a></nav>
</header>
${auth.authenticated ? parting(auth) : undefined}
${body}
<footer class="ground">
<p>Mounted by ${running.adapter}. ${SESSIONS[running.store]} ${provenance(running)}</p>
<p>Not affiliated with AniList.</p>
</footer>
</body>
</html>
`)
}

const SESSIONS = {
  memory: 'Sessions are kept in memory.',
  sealed: 'Sessions are sealed in the browser’s cookie.',
  redis: 'Sessions are kept in Redis.',
} as const

function provenance({ standIn, issuer }: Running): Html {
  const provider = html`an OpenID Provider on this machine, <code>${issuer}</code>`
  return standIn === undefined
    ? html`Signing in with the real AniList, and with ${provider}.`
    : html`Signing in with a stand-in for AniList, <code>${standIn}</code>, and with ${provider}: no account is needed.`
}
