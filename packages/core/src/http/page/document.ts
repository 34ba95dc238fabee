import { type Emblem, emblem } from './emblem.ts'
import { type Html, html, markupOf } from './escape.ts'
import { STYLE } from './style.ts'

export interface PageContent {
  /** Heading of the page and title of its tab. */
  readonly title: string
  readonly emblem: Emblem
  readonly body: Html
}

/** A whole HTML document: the opening of the gate, with a page in it. */
export function renderDocument(content: PageContent): string {
  // The style is joined here and not interpolated: escaping it would change the bytes its hash was made from.
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
${markupOf(html`<title>${content.title}</title>`)}
<style>${STYLE}</style>
</head>
${markupOf(bodyOf(content))}
</html>
`
}

function bodyOf({ title, emblem: name, body }: PageContent): Html {
  return html`<body>
<main class="gate ${name === 'portcullis' ? 'shut' : 'lit'}">
<div class="opening">
${emblem(name)}
<h1 dir="auto">${title}</h1>
${body}
</div>
</main>
</body>`
}
