/** What a page of the demo answers. Adapters write it as it is. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Origins that pages of the demo have to do with beside their own. */
export interface Neighbours {
  /** Where avatars and covers are. */
  readonly pictures: readonly string[]
  /** Where signing out leads on to: Chromium applies `form-action` to every redirect behind a form. */
  readonly signOut: string
}

/** Makes pages for one visitor alone. */
export function htmlAnswers({ pictures, signOut }: Neighbours): (body: string, status?: number) => Answer {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' ${pictures.join(' ')}`,
    "connect-src 'self'",
    `form-action 'self' ${signOut}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  }
  return (body, status = 200) => ({ status, headers, body })
}

export function redirectAnswer(location: string): Answer {
  return { status: 303, headers: { location, 'cache-control': 'no-store' }, body: '' }
}
