/**
 * Versions of the authorization server behind AniList, as they answer. AniList's own version is not known; what
 * it has been seen to say matches the oldest.
 */
export type Engine = 'league-7' | 'league-8' | 'league-9'

/** Where the versions differ. */
export interface EngineTraits {
  /** Members of an error body, in order. */
  readonly errorMembers: readonly ('error' | 'error_description' | 'hint' | 'message')[]
  /** When `WWW-Authenticate` comes with `invalid_client`. */
  readonly basicChallenge: 'always' | 'after-basic'
  /** What an unusable code is called. */
  readonly badCode: 'invalid_request' | 'invalid_grant'
  readonly badRefreshToken: { readonly status: number; readonly error: string }
  /** What a token request with a redirect URI that is not registered is called. */
  readonly foreignRedirectUri: 'invalid_client' | 'invalid_request'
  readonly missingSecret: 'invalid_client' | 'invalid_request'
  /** Whether a `code_challenge` means anything. */
  readonly codeChallenge: 'ignored' | 'verified'
  /** Whether `http://127.0.0.1` redirect URIs may use another port than the registered one (RFC 8252 section 7.3). */
  readonly loopbackPort: 'exact' | 'any'
  /** Whether a refused scope is sent back with the state of the request. */
  readonly scopeRefusal: 'without-state' | 'with-state'
  /** How a denial is sent back: by Laravel's consent form, or by the engine. */
  readonly denialBy: 'form' | 'engine'
  readonly timeClaims: 'integers' | 'fractions'
  /** Whether the JWT header repeats the `jti`. */
  readonly headerJti: 'repeated' | 'absent'
}

export const ENGINES: Readonly<Record<Engine, EngineTraits>> = {
  'league-7': {
    errorMembers: ['error', 'message', 'hint'],
    basicChallenge: 'always',
    badCode: 'invalid_request',
    badRefreshToken: { status: 401, error: 'invalid_request' },
    foreignRedirectUri: 'invalid_client',
    missingSecret: 'invalid_client',
    codeChallenge: 'ignored',
    loopbackPort: 'exact',
    scopeRefusal: 'without-state',
    denialBy: 'form',
    timeClaims: 'integers',
    headerJti: 'repeated',
  },
  'league-8': {
    errorMembers: ['error', 'error_description', 'hint', 'message'],
    basicChallenge: 'after-basic',
    badCode: 'invalid_request',
    badRefreshToken: { status: 401, error: 'invalid_request' },
    foreignRedirectUri: 'invalid_client',
    missingSecret: 'invalid_client',
    codeChallenge: 'verified',
    loopbackPort: 'any',
    scopeRefusal: 'without-state',
    denialBy: 'engine',
    timeClaims: 'fractions',
    headerJti: 'absent',
  },
  'league-9': {
    errorMembers: ['error', 'error_description', 'hint'],
    basicChallenge: 'after-basic',
    badCode: 'invalid_grant',
    badRefreshToken: { status: 400, error: 'invalid_grant' },
    foreignRedirectUri: 'invalid_request',
    missingSecret: 'invalid_request',
    codeChallenge: 'verified',
    loopbackPort: 'any',
    scopeRefusal: 'with-state',
    denialBy: 'engine',
    timeClaims: 'fractions',
    headerJti: 'absent',
  },
}
