/** Who can do something about a failure: the person signing in, the operator of the gateway, or time. */
export type ErrorClass = 'user' | 'operator' | 'transient'

interface ErrorEntry {
  readonly status: number
  readonly class: ErrorClass
  readonly title: string
  /** A sentence a person can act on. It may be shown to anyone, so it names no secret and quotes no input. */
  readonly message: string
  /** Response headers that this failure always needs, lower case. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Every way the gateway fails. The code is stable: logs, problem details and `docs/errors.md` use it.
 * A test fails when a code has no heading in `docs/errors.md`.
 */
export const ERRORS = {
  // The application's own mistakes, found at start-up or while it handles a request.
  config_invalid: entry(500, 'operator', 'Configuration refused', 'The gateway options are not valid.'),
  gateway_not_mounted: entry(
    500,
    'operator',
    'Gateway not mounted',
    'A guard ran on a request that no gateway has seen. Mount the gateway before the routes it protects.',
  ),
  session_not_loaded: entry(
    500,
    'operator',
    'Session not loaded',
    'Sessions are kept in a store, and this route reads the session without having asked for it. Guard the route, or put loadAuth() before its handler.',
  ),
  response_begun: entry(
    500,
    'operator',
    'Response already begun',
    "The access token has expired, and a renewed one could not be kept any more: the session lives in the browser's cookie, and the response had begun. Ask for the token before the response begins, or keep sessions in a store.",
  ),
  api_origin_refused: entry(
    500,
    'operator',
    'Not an API of this provider',
    "auth.fetch sends a token only to the provider's own API origins. Add the origin to apiOrigins if it is one.",
  ),
  gateway_closed: entry(503, 'transient', 'Shutting down', 'This server is shutting down. Try again in a moment.'),
  internal_error: entry(500, 'operator', 'Something went wrong', 'The gateway failed in a way it did not expect.'),

  // What a browser or a client sends.
  request_malformed: {
    ...entry(400, 'user', 'Request not understood', 'The request is not valid HTTP for this gateway.'),
    // RFC 9112 section 6.3: where one request was not understood, what follows it cannot be trusted to be another.
    headers: { connection: 'close' },
  },
  route_not_found: entry(404, 'user', 'Page not found', 'There is nothing at this address.'),
  method_not_allowed: entry(405, 'user', 'Method not allowed', 'This address does not answer to this method.'),
  body_too_large: entry(413, 'user', 'Request too large', 'The request body is larger than the gateway accepts.'),
  request_timeout: {
    ...entry(408, 'user', 'Request too slow', 'The request stopped coming before it was complete.'),
    // RFC 9110 section 15.5.9: the rest of it may still come, and is no request.
    headers: { connection: 'close' },
  },
  media_type_unsupported: entry(
    415,
    'user',
    'Form expected',
    'This address takes application/x-www-form-urlencoded and nothing else.',
  ),
  header_fields_too_large: entry(
    431,
    'user',
    'Too many cookies',
    'This browser sent more cookies than the gateway reads. The cookies of the gateway were cleared: try again.',
  ),
  navigation_required: entry(
    403,
    'user',
    'Open this page in a tab',
    'Signing in starts from a page a person opens, not from a script, an image, a frame or a prefetch.',
  ),
  parameter_invalid: entry(400, 'user', 'Parameter refused', 'A parameter of this request is not valid.'),
  rate_limited: entry(
    429,
    'user',
    'Too many requests',
    'Too many requests came from this address. Try again in a moment.',
  ),
  provider_unknown: entry(404, 'user', 'Unknown provider', 'No provider of this name is configured here.'),
  issuer_unknown: entry(400, 'user', 'Unknown provider', 'No provider with this issuer is configured here.'),
  cross_site_refused: entry(
    403,
    'user',
    'Request from another site',
    'This request came from another site, or did not show that it came from this one.',
  ),

  // The authorization response.
  callback_malformed: entry(
    400,
    'user',
    'Answer not understood',
    'The answer from the provider is malformed: a parameter is repeated, too long or missing.',
  ),
  state_missing: entry(
    400,
    'user',
    'Sign-in not recognised',
    'The answer from the provider names no sign-in that this browser started.',
  ),
  transaction_missing: entry(
    400,
    'user',
    'Sign-in not recognised',
    'This sign-in was not started in this browser, or its cookie is gone. Start again.',
  ),
  transaction_expired: entry(400, 'user', 'Sign-in took too long', 'This sign-in has expired. Start again.'),
  transaction_used: entry(400, 'user', 'Sign-in already finished', 'This sign-in was already used. Start again.'),
  issuer_mismatch: entry(
    400,
    'user',
    'Answer from the wrong provider',
    'The answer does not come from the provider this sign-in was started with.',
  ),
  code_missing: entry(400, 'user', 'Answer not understood', 'The answer from the provider carries no code.'),
  sign_in_cancelled: entry(400, 'user', 'Sign-in cancelled', 'The sign-in was cancelled. Nothing has changed.'),
  sign_in_denied: entry(403, 'user', 'Sign-in declined', 'Access was declined at the provider. Nothing has changed.'),
  authorization_refused: entry(
    502,
    'operator',
    'Provider refused the request',
    'The provider refused to start this sign-in.',
  ),
  provider_interaction_required: entry(
    403,
    'user',
    'Sign-in needs attention',
    'The provider cannot sign you in without asking you something. Start again.',
  ),

  // The token endpoint and the other calls to a provider.
  code_refused: entry(
    400,
    'user',
    'Sign-in expired at the provider',
    'The provider did not accept the answer it had given. Start again.',
  ),
  client_refused: entry(
    502,
    'operator',
    'Provider does not accept this application',
    'The provider refused the credentials or the settings of this application.',
  ),
  provider_unreachable: entry(
    503,
    'transient',
    'Provider not reachable',
    'The provider cannot be reached. Try again in a moment.',
  ),
  provider_timeout: entry(
    504,
    'transient',
    'Provider too slow',
    'The provider did not answer in time. Try again in a moment.',
  ),
  provider_unavailable: entry(
    503,
    'transient',
    'Provider not available',
    'The provider is not available at the moment. Try again in a moment.',
  ),
  provider_blocked: entry(
    503,
    'transient',
    'Provider blocked the request',
    'The provider answered with a page that is not for programs. Try again later.',
  ),
  provider_response_invalid: entry(
    502,
    'operator',
    'Provider answer not usable',
    'The provider gave an answer that the gateway cannot use.',
  ),
  id_token_invalid: entry(
    502,
    'operator',
    'Identity not proven',
    'The provider sent an identity that does not hold up to checking.',
  ),
  logout_token_invalid: entry(
    400,
    'user',
    'Logout token refused',
    'The logout token is not valid. No session was ended.',
  ),
  profile_invalid: entry(
    502,
    'operator',
    'Profile not usable',
    'The provider sent a profile without a usable user id.',
  ),

  // The session.
  sign_in_refused: entry(403, 'user', 'Not allowed here', 'This account may not sign in to this application.'),
  sign_in_hook_failed: entry(
    503,
    'operator',
    'Sign-in could not be checked',
    'The application could not decide whether this account may sign in.',
  ),
  session_limit_reached: entry(
    403,
    'user',
    'Signed in elsewhere',
    'This account is signed in on as many devices as it may be. Sign out on one of them first.',
  ),
  session_ended_by_provider: entry(
    403,
    'user',
    'Signed out at the provider',
    'The provider ended this sign-in while it was under way. Start again.',
  ),
  store_required: entry(
    500,
    'operator',
    'Sessions are not in a store',
    'Listing and ending the sessions of a user needs a store. Add the option store to the gateway.',
  ),
  session_too_large: entry(
    502,
    'operator',
    'Session too large',
    'The session does not fit into three cookies of 4,096 bytes.',
  ),
  sign_in_loop: entry(
    400,
    'user',
    'Sign-in keeps repeating',
    'Several sign-ins succeeded, but this browser never sent the session back. Check that cookies are allowed and that the address matches the configured origin.',
  ),
  store_unavailable: entry(
    503,
    'transient',
    'Sessions not available',
    'The server cannot look up who is signed in at the moment. Try again in a moment.',
  ),

  // Forwarding.
  target_refused: entry(
    400,
    'user',
    'Address refused',
    'This address could be read in more than one way, so it is not forwarded.',
  ),
  upgrade_refused: entry(501, 'user', 'Upgrade refused', 'The gateway forwards no WebSockets and no other upgrades.'),
  upstream_unreachable: entry(
    502,
    'transient',
    'Service not reachable',
    'The service behind this address cannot be reached. Try again in a moment.',
  ),
  upstream_response_invalid: entry(
    502,
    'operator',
    'Service answer not usable',
    'The service behind this address gave an answer that is not valid HTTP.',
  ),
  upstream_timeout: entry(
    504,
    'transient',
    'Service too slow',
    'The service behind this address did not answer in time. Try again in a moment.',
  ),
  identity_header_invalid: entry(
    502,
    'operator',
    'Identity not passed on',
    'The application could not put into words who is asking, so the request went no further.',
  ),
  body_already_read: entry(
    500,
    'operator',
    'Request body already read',
    'A body parser read this request before the gateway could. Mount the gateway above the parser.',
  ),

  // Guards.
  sign_in_required: entry(401, 'user', 'Sign-in required', 'Sign in to see this.'),
  reauthentication_required: entry(401, 'user', 'Sign in again', 'This needs a more recent or a stronger sign-in.'),
  scope_insufficient: entry(403, 'user', 'Not granted', 'The sign-in did not grant what this needs.'),
  access_denied: entry(403, 'user', 'Not allowed', 'This account may not see this.'),
} as const satisfies Record<string, ErrorEntry>

function entry(status: number, errorClass: ErrorClass, title: string, message: string): ErrorEntry {
  return { status, class: errorClass, title, message }
}

export type ErrorCode = keyof typeof ERRORS
