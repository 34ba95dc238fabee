import { type HttpAnswer, html, redirect } from '../server/answer.ts'
import { escapeHtml } from '../server/escape-html.ts'

/** Where an authorization response goes, and how. */
export interface ReturnAddress {
  readonly redirectUri: string
  readonly mode: 'query' | 'form_post'
}

/**
 * Sends parameters back through the browser. A list as a value becomes a repeated parameter.
 *
 * @see https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html
 */
export function authorizationResponse(
  { redirectUri, mode }: ReturnAddress,
  parameters: Readonly<Record<string, unknown>>,
): HttpAnswer {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((item: unknown): [string, string] => [name, String(item)]),
  )
  if (mode === 'form_post') return formPost(redirectUri, pairs)
  return redirect(`${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${new URLSearchParams(pairs)}`)
}

function formPost(action: string, pairs: readonly [string, string][]): HttpAnswer {
  const fields = pairs.map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  return html(
    200,
    `<!doctype html>
<title>Signing in</title>
<body onload="document.forms[0].submit()">
<form method="post" action="${escapeHtml(action)}">
${fields.join('\n')}
<button>Continue</button>
</form>`,
    { 'cache-control': 'no-store' },
  )
}
