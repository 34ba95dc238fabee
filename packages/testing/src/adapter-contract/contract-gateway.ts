import { createGateway, defineProvider, type Gateway, insecureLoopback, type OAuth2Facts } from '@postern/core'

/** The public origin of the contract's application. No test listens there: nothing may depend on it. */
export const ORIGIN = 'https://app.example'

/** Answers in the query of a redirect. */
export const REDIRECTING = 'redirecting'
/** Answers with a form post from its own site. */
export const POSTING = 'posting'

/** What is forwarded, with the token of whoever signed in with `REDIRECTING`. */
export const FORWARDED = '/forwarded/here'

/**
 * A gateway with two providers that exist in this process only: a code is the name of whom it signs in.
 *
 * @param target origin on loopback that requests are forwarded to
 */
export function createContractGateway(now: () => number, target: string): Gateway {
  return createGateway({
    origin: ORIGIN,
    secrets: ['4Q6ZcP9n0w1yVtRkX8uJmB3sHfLgEaDi7oC5eN2x'],
    providers: [
      defineProvider({ ...facts(REDIRECTING, 'query'), apiOrigins: [target], loopback: insecureLoopback }),
      defineProvider(facts(POSTING, 'form_post')),
    ],
    proxy: {
      [FORWARDED]: {
        target: `${target}/v1`,
        provider: REDIRECTING,
        identityHeaders: { 'x-user': ({ subject }) => subject },
      },
    },
    fetch: authorizationServer,
    now,
  })
}

function facts(id: string, responseMode: 'query' | 'form_post'): OAuth2Facts {
  const address = `https://${id}.example`
  return {
    id,
    protocol: 'oauth2',
    name: id,
    clientId: 'contract',
    clientAuthentication: { method: 'client_secret_post', clientSecret: 'kept in this process' },
    endpoints: { authorization: `${address}/authorize`, token: `${address}/token` },
    responseMode,
    identify: async ({ accessToken }) => ({ id: accessToken, name: accessToken }),
  }
}

/** Seconds. A session does not outlive a token that cannot be renewed. */
const A_YEAR = 31_536_000

/**
 * A token endpoint that hands out the code as the access token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
async function authorizationServer(_input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const code = new URLSearchParams(String(init?.body)).get('code')
  if (code === null) return Response.json({ error: 'invalid_request' }, { status: 400 })
  return Response.json({ access_token: code, token_type: 'bearer', expires_in: A_YEAR })
}
