import { randomBytes } from 'node:crypto'
import type { PageContext } from 'oidc-provider'
import { libraryMarkup } from '../view/html.ts'
import { PAGE_HEADERS } from './document.ts'
import type { OpenIdClient } from './openid-provider.ts'
import { alsoSignOutPage, problemPage, signedOutPage, signOutPage } from './pages.ts'
import { personWith } from './people.ts'
import { createSigningKey } from './signing-key.ts'

/** Seconds an access token lives: short, so that one can watch the gateway renew it. */
export const ACCESS_TOKEN_LIFETIME = 60

const DAY = 86_400

/** What oidc-provider is told: one client, a few people, pages of our own. */
export async function configurationFor(
  client: OpenIdClient,
  issuer: string,
): Promise<Readonly<Record<string, unknown>>> {
  return {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        client_name: client.name,
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [client.redirectUri],
        post_logout_redirect_uris: [client.postLogoutRedirectUri],
        ...(client.backchannelLogoutUri === undefined
          ? {}
          : { backchannel_logout_uri: client.backchannelLogoutUri, backchannel_logout_session_required: true }),
      },
    ],
    jwks: { keys: [await createSigningKey()] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'picture'] },
    findAccount: (_context: PageContext, id: string) => accountOf(id, issuer),
    interactions: { url: (_context: PageContext, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    rotateRefreshToken: () => true,
    ttl: {
      AccessToken: ACCESS_TOKEN_LIFETIME,
      IdToken: 3600,
      Interaction: 600,
      Session: DAY,
      Grant: 30 * DAY,
      RefreshToken: 30 * DAY,
    },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: belongsToClient },
      backchannelLogout: { enabled: client.backchannelLogoutUri !== undefined },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context: PageContext, form: string) => {
          const { clientName } = context.oidc.client ?? {}
          const page =
            clientName === undefined
              ? signOutPage(client.origin, libraryMarkup(form), LOGOUT_FORM)
              : alsoSignOutPage(clientName, libraryMarkup(form), LOGOUT_FORM)
          show(context, page)
        },
        postLogoutSuccessSource: (context: PageContext) => show(context, signedOutPage(client.origin)),
      },
    },
    renderError: (context: PageContext, { error }: { readonly error: string }) =>
      show(context, problemPage(error, client.origin)),
    // Its own refuses addresses like 127.0.0.1, by a dispatcher that it adds: nobody could be told of a sign-out.
    fetch: (url: string, { dispatcher: _, ...init }: RequestInit & { readonly dispatcher?: unknown }) =>
      fetch(url, init),
  }
}

// Id of the form that oidc-provider writes into the page.
const LOGOUT_FORM = 'op.logoutForm'

function accountOf(id: string, issuer: string): object | undefined {
  const person = personWith(id)
  if (person === undefined) return undefined
  const claims = { sub: id, name: person.name, preferred_username: id, picture: `${issuer}/arms/${id}.svg` }
  return { accountId: id, claims: () => claims }
}

async function belongsToClient(
  _context: PageContext,
  client: { readonly clientId: string },
  token: { readonly clientId: string },
): Promise<boolean> {
  return token.clientId === client.clientId
}

function show(context: PageContext, page: string): void {
  context.set(PAGE_HEADERS)
  context.body = page
}
