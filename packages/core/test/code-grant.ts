import type { AuthorizationRequest, CodeGrant } from '../src/protocol/protocol.ts'
import { NONCE } from './openid-provider.ts'

export const REDIRECT_URI = 'https://app.example/auth/callback/example'

/** What a callback that was accepted leads to. */
export const codeGrant: CodeGrant = {
  code: 'canary-code',
  redirectUri: REDIRECT_URI,
  codeVerifier: 'canary-verifier-0123456789012345678901234567890',
  nonce: undefined,
  maxAge: undefined,
  acr: undefined,
}

export const oidcCodeGrant: CodeGrant = { ...codeGrant, nonce: NONCE }

export const authorizationRequest: AuthorizationRequest = {
  redirectUri: REDIRECT_URI,
  state: 'state-1',
  nonce: undefined,
  codeChallenge: 'challenge-1',
  parameters: {},
}
