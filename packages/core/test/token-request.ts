import type { Gateway, Settlement } from '../src/contract.ts'
import { GatewayError } from '../src/error.ts'
import { headerAfter } from './cookies.ts'
import { FETCH, request } from './request.ts'

/** What came of a request whose handler asked for the access token. */
export interface TokenRequest {
  readonly token: string | undefined
  readonly error: GatewayError | undefined
  readonly settlement: Settlement | undefined
  /** The browser's cookies afterwards. */
  readonly cookies: string | undefined
}

/** One request by a browser with these cookies. */
export async function askForToken(
  gateway: Gateway,
  cookies: string | undefined,
  cacheControl?: string,
): Promise<TokenRequest> {
  const visit = gateway.visit(request({ headers: cookies === undefined ? FETCH : { ...FETCH, cookie: cookies } }))
  let token: string | undefined
  let error: GatewayError | undefined
  try {
    await visit.load()
    if (!visit.auth.authenticated) throw new GatewayError('sign_in_required')
    token = await visit.auth.accessToken()
  } catch (thrown) {
    if (!(thrown instanceof GatewayError)) throw thrown
    error = thrown
  }
  const settlement = visit.settle(cacheControl)
  return { token, error, settlement, cookies: headerAfter(settlement?.cookies ?? [], cookies) }
}
