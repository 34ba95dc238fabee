import { inspect } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { authorizationRequest, oidcCodeGrant } from '../../test/code-grant.ts'
import { failureOf } from '../../test/failure.ts'
import { json, type Respond, text, unusedOrigin } from '../../test/local-server.ts'
import { createSigningKey, type OpenidProvider, startOpenidProvider } from '../../test/openid-provider.ts'
import { oidcProvider } from '../../test/provider-definition.ts'
import { createProviderClient } from './provider-client.ts'

let provider: OpenidProvider
beforeEach(async () => {
  provider = await startOpenidProvider()
})
afterEach(() => provider.close())

// Every secret of the fixtures starts with this word: tokens, code, verifier, nonce, client secret.
const CANARY = 'canary'

function expectNoSecret(error: unknown, ...secrets: readonly string[]): void {
  const shown = [
    inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null }),
    JSON.stringify(error),
    error instanceof Error ? error.stack : '',
  ].join('\n')
  for (const secret of [CANARY, ...secrets]) expect(shown).not.toContain(secret)
}

const tokenAnswers = {
  'a refusal that repeats the request': async (response, { body }) =>
    json(400, { error: 'invalid_grant', error_description: body, hint: body })(response, NO_REQUEST),
  'an error that repeats the request': async (response, { body }) => json(400, { error: body })(response, NO_REQUEST),
  'a challenge that repeats the request': (response, { body }) =>
    text(401, '', { 'www-authenticate': `Bearer error="${body}"` })(response, NO_REQUEST),
  'a refused client': json(401, { error: 'invalid_client', error_description: CANARY }),
  'an outage': text(503, CANARY),
  HTML: text(200, `<html>${CANARY}`),
  'half an answer': text(200, `{"access_token":"${CANARY}`),
  'a redirect': text(302, '', { location: `https://evil.example/?code=${CANARY}` }),
  'an unknown token type': json(200, { access_token: CANARY, token_type: CANARY }),
  'a lifetime and a scope of the wrong kind': json(200, {
    access_token: CANARY,
    token_type: 'bearer',
    scope: { CANARY },
  }),
  'a token that breaks a header': json(200, { access_token: `${CANARY}\r\nx: y`, token_type: 'bearer' }),
  'a refresh token of the wrong kind': json(200, {
    access_token: CANARY,
    token_type: 'bearer',
    refresh_token: [CANARY],
  }),
  'an ID token that is none': json(200, { access_token: CANARY, token_type: 'bearer', id_token: CANARY }),
  'no ID token': json(200, { access_token: CANARY, token_type: 'bearer' }),
  'too much': text(200, CANARY.repeat(1024 * 1024)),
  'a broken connection': (response) => void response.destroy(),
  'no answer': () => undefined,
} satisfies Record<string, Respond>

const NO_REQUEST = { method: '', target: '', headers: {}, body: '' } as const

function client(issuer = provider.issuer) {
  return createProviderClient(oidcProvider(issuer, { timeout: 0.3 }), { fetch, now: Date.now })
}

it.each(Object.entries(tokenAnswers))('no secret is in the error after %s', async (_what, respond: Respond) => {
  provider.on('/token', respond)
  const relyingParty = client()
  const metadata = await relyingParty.metadata()
  expectNoSecret(await failureOf(relyingParty.exchange(metadata, oidcCodeGrant)))
  const refreshed = await relyingParty
    .refresh(metadata, { refreshToken: 'canary-refresh-token', idToken: undefined })
    .then((outcome) => (outcome.type === 'lost' ? outcome.error : undefined))
    .catch((error: unknown) => error)
  expectNoSecret(refreshed)
})

it('no claim and no part of the token is in the error after an ID token that does not hold', async () => {
  const stranger = await createSigningKey('key-1')
  const idTokens = [
    await provider.idToken({ sub: 'canary-sub', exp: 1 }),
    await provider.idToken({ sub: 'canary-sub', nonce: 'canary-other' }),
    await provider.idToken({ sub: 'canary-sub', aud: 'canary-audience' }),
    await provider.idToken({ sub: 'canary-sub' }, { kid: 'canary-kid' }),
    await provider.idToken({ sub: 'canary-sub' }, {}, stranger),
  ]
  for (const idToken of idTokens) {
    provider.tokens = { id_token: idToken }
    const relyingParty = client()
    const failure = await failureOf(relyingParty.exchange(await relyingParty.metadata(), oidcCodeGrant))
    expect(failure.code).toBe('id_token_invalid')
    expectNoSecret(failure, ...idToken.split('.'))
  }
})

it('no secret is in the error after userinfo of somebody else', async () => {
  provider.userinfo = { sub: 'canary-sub' }
  const relyingParty = client()
  expectNoSecret(await failureOf(relyingParty.exchange(await relyingParty.metadata(), oidcCodeGrant)))
})

it('no secret is in the error after a push that fails', async () => {
  provider.metadata = {
    ...provider.metadata,
    require_pushed_authorization_requests: true,
    pushed_authorization_request_endpoint: `${provider.issuer}/par`,
  }
  const request = { ...authorizationRequest, state: 'canary-state', nonce: 'canary-nonce' }
  for (const respond of Object.values(tokenAnswers)) {
    provider.on('/par', respond)
    const relyingParty = client()
    const metadata = await relyingParty.metadata()
    expectNoSecret(await failureOf(Promise.resolve(relyingParty.authorizationUrl(metadata, request))))
  }
})

it('no secret is in the error when the provider cannot be reached', async () => {
  expectNoSecret(await failureOf(Promise.resolve(client(await unusedOrigin()).metadata())))
})

it('no secret is in the error of a call to the API whose headers are wrong', async () => {
  const call = client().fetch(provider.issuer, { headers: { authorization: 'Bearer canary\r\nx: y' } })
  expectNoSecret(await failureOf(call))
})
