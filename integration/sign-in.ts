import type { Gateway, GatewayRequest, Reply } from '@postern/core'

/** Signs somebody in without a server: the provider answers with `code`. What a browser then sends as `Cookie`. */
export async function signInAt(gateway: Gateway, provider: string, code: string): Promise<string> {
  const login = await gateway.handle(navigation(`${gateway.basePath}/login/${provider}`))
  const location = login.headers.find(([name]) => name === 'location')?.[1] ?? ''
  const state = new URL(location).searchParams.get('state')
  const callback = `${gateway.basePath}/callback/${provider}?code=${code}&state=${state}`
  return cookiesOf(await gateway.handle(navigation(callback, cookiesOf(login))))
}

function navigation(target: string, cookie?: string): GatewayRequest {
  const headers = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', cookie }
  return { method: 'GET', target, headers, rawHeaders: [], form: async () => new URLSearchParams() }
}

function cookiesOf({ cookies }: Reply): string {
  const kept = cookies.filter(({ attributes }) => attributes.maxAge > 0)
  return kept.map(({ name, value }) => `${name}=${value}`).join('; ')
}
