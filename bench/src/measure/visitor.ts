import { get } from 'node:http'

/** What a signed-in browser would send. */
export interface SignedIn {
  readonly cookie: string
}

/** A sign-in that only lacks the provider's answer. */
export interface Started {
  readonly cookie: string
  readonly callback: string
}

const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

/** Signs in, with an access token of so many octets. */
export async function signIn(origin: string, octets: number): Promise<SignedIn> {
  const { cookie, callback } = await startSignIn(origin, octets)
  const { setCookies } = await visit(origin + callback, cookie)
  return { cookie: cookiesIn(setCookies, /\.session/) }
}

/** Goes as far as the provider would send the browser back. */
export async function startSignIn(origin: string, octets: number): Promise<Started> {
  const { location, setCookies } = await visit(`${origin}/auth/login/bench`, '')
  const state = new URL(location).searchParams.get('state')
  return { cookie: cookiesIn(setCookies, /./), callback: `/auth/callback/bench?code=octets-${octets}&state=${state}` }
}

interface Redirect {
  readonly location: string
  readonly setCookies: readonly string[]
}

/** Opens an address as a browser does: `fetch` would say that it is no navigation. */
function visit(url: string, cookie: string): Promise<Redirect> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { ...NAVIGATION, cookie } }, ({ statusCode, headers }) => {
      const { location } = headers
      if (statusCode !== 303 || location === undefined) reject(new Error(`${url} was answered ${statusCode}`))
      else resolve({ location, setCookies: headers['set-cookie'] ?? [] })
    }).once('error', reject)
  })
}

function cookiesIn(lines: readonly string[], name: RegExp): string {
  return lines
    .filter((line) => name.test(line.slice(0, line.indexOf('='))) && !line.includes('Max-Age=0'))
    .map((line) => line.slice(0, line.indexOf(';')))
    .join('; ')
}
