import { describe, expect, it } from 'vitest'
import { FETCH, NAVIGATION, request } from '../../test/request.ts'
import { isNavigation, isPrefetch, mayStartSignIn, showsSameOrigin } from './intent.ts'
import type { GatewayRequest } from './request.ts'

type Headers = GatewayRequest['headers']

const ORIGIN = 'https://app.example'

describe('evidence that a request comes from the same origin', () => {
  it.each<[string, Headers]>([
    ['nothing at all', {}],
    ['another origin', { origin: 'https://evil.example' }],
    ['another origin, and a header that a preflight would have stopped', evil({ 'x-postern': '1' })],
    ['another origin, whatever the fetch metadata says', evil({ 'sec-fetch-site': 'same-origin' })],
    ['an opaque origin', { origin: 'null' }],
    ['an opaque origin and our header', { origin: 'null', 'x-postern': '1' }],
    ['a sibling domain', { 'sec-fetch-site': 'same-site', origin: 'https://evil.app.example' }],
    ['a sibling domain without Origin', { 'sec-fetch-site': 'same-site' }],
    ['a sibling domain with our header', { 'sec-fetch-site': 'same-site', 'x-postern': '1' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another site with our header', { 'sec-fetch-site': 'cross-site', 'x-postern': '1' }],
    ['another site that names our origin', { 'sec-fetch-site': 'cross-site', origin: ORIGIN }],
    ['a request a person typed', { 'sec-fetch-site': 'none' }],
    ['fetch metadata nobody has heard of', { 'sec-fetch-site': 'same-origin, cross-site' }],
    ['empty fetch metadata', { 'sec-fetch-site': '', 'x-postern': '1' }],
    ['the origin in another scheme', { origin: 'http://app.example' }],
    ['the origin with a port', { origin: 'https://app.example:8443' }],
    ['the origin with a slash', { origin: 'https://app.example/' }],
    ['the origin in capitals', { origin: 'https://APP.example' }],
    ['an origin that begins like ours', { origin: 'https://app.example.evil.example' }],
    ['two origins', { origin: `${ORIGIN} https://evil.example` }],
    ['an empty origin', { origin: '' }],
    ['our header with another value', { 'x-postern': '0' }],
    ['our header without a value', { 'x-postern': '' }],
    ['our header twice', { 'x-postern': '1, 1' }],
    ['a Referer, which anything may leave out', { referer: `${ORIGIN}/page` }],
    ['a Host, which says nothing of the sender', { host: 'app.example' }],
  ])('is not %s', (_, headers) => {
    expect(showsSameOrigin(request({ method: 'POST', headers }), ORIGIN)).toBe(false)
  })

  it.each<[string, Headers]>([
    ['fetch metadata', { 'sec-fetch-site': 'same-origin' }],
    ['fetch metadata and our origin', { 'sec-fetch-site': 'same-origin', origin: ORIGIN }],
    // Our pages send no referrer, so browsers send `Origin: null` with their forms.
    ['fetch metadata of a page that keeps its origin to itself', { 'sec-fetch-site': 'same-origin', origin: 'null' }],
    ['our origin, from a browser without fetch metadata', { origin: ORIGIN }],
    ['our header, which no other site can send', { 'x-postern': '1' }],
    ['our origin and our header', { origin: ORIGIN, 'x-postern': '1' }],
  ])('is %s', (_, headers) => {
    expect(showsSameOrigin(request({ method: 'POST', headers }), ORIGIN)).toBe(true)
  })
})

describe('a navigation', () => {
  it.each<[string, Headers]>([
    ['a link', NAVIGATION],
    ['an old browser', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }],
    ['an old program for the web, in capitals', { accept: 'TEXT/HTML;Level=1 , */*;Q=0.1' }],
    ['one that takes JSON too, if need be', { accept: 'application/json;q=0.5,text/html' }],
    ['a form from another site', { ...NAVIGATION, 'sec-fetch-site': 'cross-site' }],
  ])('is %s', (_, headers) => {
    expect(isNavigation(request({ headers }))).toBe(true)
  })

  it.each<[string, Headers]>([
    ['fetch', FETCH],
    ['fetch that asks for HTML', { ...FETCH, accept: 'text/html' }],
    ['XMLHttpRequest of an old library', { accept: 'text/html, */*', 'x-requested-with': 'XMLHttpRequest' }],
    ['a program that takes anything', { accept: '*/*' }],
    ['a program that says nothing', {}],
    ['a program that takes JSON', { accept: 'application/json' }],
    ['a program that would rather have JSON', { accept: 'text/html;q=0.9, application/problem+json' }],
    ['a program that takes anything but HTML', { accept: '*/*, text/html;q=0.000' }],
    ['a program with a type of its own', { accept: 'text/html-fragment' }],
    ['an image', { accept: 'image/*', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
  ])('is not %s', (_, headers) => {
    expect(isNavigation(request({ headers }))).toBe(false)
  })
})

describe('a sign-in', () => {
  it.each<[string, Headers]>([
    ['a prefetch', { ...NAVIGATION, 'sec-purpose': 'prefetch' }],
    ['a prerendering', { ...NAVIGATION, 'sec-purpose': 'prefetch;prerender' }],
    ['a prefetch through a proxy', { ...NAVIGATION, 'sec-purpose': 'prefetch;anonymous-client-ip' }],
    ['a prefetch of an older browser', { purpose: 'prefetch', accept: 'text/html' }],
    ['a prefetch of an older Firefox', { 'x-moz': 'prefetch', accept: 'text/html' }],
    ['a prefetch in capitals', { ...NAVIGATION, 'sec-purpose': 'Prefetch' }],
    ['a preview of an older Safari', { 'x-purpose': 'preview', accept: 'text/html' }],
    ['a script that says so itself', { 'x-requested-with': 'XMLHttpRequest', accept: 'text/html' }],
    ['an image', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
    ['a script', FETCH],
    ['a frame', { ...NAVIGATION, 'sec-fetch-dest': 'iframe' }],
    ['an embedded object', { ...NAVIGATION, 'sec-fetch-dest': 'object' }],
    ['a script that claims to load a document', { ...FETCH, 'sec-fetch-dest': 'document' }],
  ])('does not start from %s', (_, headers) => {
    expect(mayStartSignIn(request({ headers }))).toBe(false)
  })

  it.each<[string, Headers]>([
    ['a link', NAVIGATION],
    ['a browser without fetch metadata', { accept: 'text/html' }],
    ['a command line', { accept: '*/*' }],
  ])('starts from %s', (_, headers) => {
    expect(mayStartSignIn(request({ headers }))).toBe(true)
  })

  it('knows a prefetch by its headers alone', () => {
    expect(isPrefetch({ 'sec-purpose': 'prefetch' })).toBe(true)
    expect(isPrefetch(NAVIGATION)).toBe(false)
  })
})

function evil(headers: Headers): Headers {
  return { origin: 'https://evil.example', ...headers }
}
