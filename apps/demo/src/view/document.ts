import { type Html, html, markupOf } from './html.ts'

export interface Content {
  readonly title: string
  readonly body: Html
  /** How this demo is running, for the foot of the page. */
  readonly running: Running
}

export interface Running {
  /** `Fastify` or `Koa`. */
  readonly adapter: string
  /** Origin of the stand-in for AniList, when there is one. */
  readonly standIn: string | undefined
}

/** A whole page of the demo. */
export function documentOf({ title, body, running }: Content): string {
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
<nav aria-label="Demo"><a href="/me">Your list</a><a href="/#trouble">What can go wrong</a></nav>
</header>
${body}
<footer class="ground">
<p>Mounted by ${running.adapter}. ${provenance(running)}</p>
<p>Not affiliated with AniList.</p>
</footer>
</body>
</html>
`)
}

function provenance({ standIn }: Running): Html {
  return standIn === undefined
    ? html`Signing in with the real AniList.`
    : html`Signing in with a stand-in for AniList on this machine, <code>${standIn}</code>: no account is needed.`
}
