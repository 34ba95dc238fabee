import assert from 'node:assert/strict'
import type { Gateway } from '@postern/core'
import { POSTING } from './contract-gateway.ts'
import { type HeaderLines, type RawRequest, sendRaw } from './raw-request.ts'
import { headerLines, type RawResponse } from './raw-response.ts'

/** Header lines of a person opening a page. */
export const NAVIGATION: HeaderLines = [
  ['Accept', 'text/html,application/xhtml+xml'],
  ['Sec-Fetch-Mode', 'navigate'],
  ['Sec-Fetch-Dest', 'document'],
  ['Sec-Fetch-Site', 'none'],
]

/** Header lines of a script of our own pages. */
export const SCRIPT: HeaderLines = [
  ['Accept', 'application/json'],
  ['Sec-Fetch-Mode', 'cors'],
  ['Sec-Fetch-Dest', 'empty'],
  ['Sec-Fetch-Site', 'same-origin'],
]

/** Keeps cookies between requests, as far as the gateway's are concerned: one site, one path. */
export interface Browser {
  send(request: RawRequest): Promise<RawResponse>
  /** Value of the `Cookie` header it would send. */
  cookies(): string
}

export function openBrowser(origin: string): Browser {
  const jar = new Map<string, string>()
  const cookies = (): string => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  return {
    cookies,
    async send(request) {
      const sent = jar.size === 0 ? [] : ([['Cookie', cookies()]] as const)
      const response = await sendRaw(origin, { ...request, headers: [...sent, ...(request.headers ?? [])] })
      for (const line of headerLines(response, 'set-cookie')) keep(jar, line)
      return response
    },
  }
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ')
  const equals = pair.indexOf('=')
  const name = pair.slice(0, equals)
  if (attributes.includes('Max-Age=0')) jar.delete(name)
  else jar.set(name, pair.slice(equals + 1))
}

/** Signs `subject` in, as far as the browser is concerned. Resolves with what the callback answered. */
export async function signIn(
  browser: Browser,
  { basePath }: Gateway,
  provider: string,
  subject: string,
): Promise<RawResponse> {
  const { target, body } = await startSignIn(browser, basePath, provider, subject)
  return browser.send(body === undefined ? { target, headers: NAVIGATION } : formPost(target, body))
}

/** The answer a provider would send the browser with, for a sign-in that `browser` has just started. */
export async function startSignIn(
  browser: Browser,
  basePath: string,
  provider: string,
  subject: string,
): Promise<{ readonly target: string; readonly body: string | undefined }> {
  const login = await browser.send({ target: `${basePath}/login/${provider}`, headers: NAVIGATION })
  assert.equal(login.status, 303, `a sign-in starts with a redirect: ${login.body}`)
  const [location = ''] = headerLines(login, 'location')
  const state = new URL(location).searchParams.get('state') ?? ''
  const answer = `${new URLSearchParams({ code: subject, state })}`
  const target = `${basePath}/callback/${provider}`
  return provider === POSTING ? { target, body: answer } : { target: `${target}?${answer}`, body: undefined }
}

/** A form that the provider's page posts: from another site, so only `SameSite=None` cookies come along. */
export function formPost(
  target: string,
  body: RawRequest['body'],
  contentType = 'application/x-www-form-urlencoded',
): RawRequest {
  const headers: HeaderLines = [
    ['Accept', 'text/html'],
    ['Sec-Fetch-Mode', 'navigate'],
    ['Sec-Fetch-Dest', 'document'],
    ['Sec-Fetch-Site', 'cross-site'],
    ...(contentType === '' ? [] : [['Content-Type', contentType] as const]),
  ]
  return { method: 'POST', target, headers, ...(body === undefined ? {} : { body }) }
}
