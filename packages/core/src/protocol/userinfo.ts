import { GatewayError } from '../error.ts'
import { isJsonObject, type JsonObject, withoutProto } from './json.ts'
import type { Connection } from './transport.ts'

/**
 * Claims with what the userinfo endpoint adds to them. What the ID token says goes first: its claims are the ones
 * that are signed. An endpoint that does not answer, or not with JSON, adds nothing; one that speaks of somebody
 * else fails the sign-in with `id_token_invalid`.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse
 */
export async function withUserinfo(
  claims: JsonObject,
  endpoint: string,
  accessToken: string,
  connection: Connection,
): Promise<JsonObject> {
  const userinfo = await fetchUserinfo(endpoint, accessToken, connection)
  if (userinfo === undefined) return claims
  if (userinfo['sub'] !== claims['sub']) {
    throw new GatewayError('id_token_invalid', {
      provider: connection.provider.id,
      advice: 'Its userinfo endpoint does not speak of the user in its ID token.',
    })
  }
  return { ...withoutProto(userinfo), ...claims }
}

async function fetchUserinfo(
  endpoint: string,
  accessToken: string,
  { call }: Connection,
): Promise<JsonObject | undefined> {
  try {
    const headers = { accept: 'application/json', authorization: `Bearer ${accessToken}` }
    const { status, json } = await call(endpoint, { headers })
    return status === 200 && isJsonObject(json) ? json : undefined
  } catch (error) {
    // The ID token has already said who it is.
    if (error instanceof GatewayError) return undefined
    throw error
  }
}
