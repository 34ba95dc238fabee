import { getIronSession } from 'iron-session'
import { ANSWER, grantOf, listen, SECRET, UNAUTHORIZED, USER } from '../answers.mjs'

const OPTIONS = { password: SECRET, cookieName: 'bench', cookieOptions: { secure: false } }

/** Sessions alone: the sign-in is only as good as it must be to make one, and is not measured. */
export async function start({ port, provider }) {
  const redirectUri = `http://127.0.0.1:${port}/callback`

  const callback = async (request, response) => {
    const code = new URL(request.url, redirectUri).searchParams.get('code')
    const body = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri })
    const answer = await fetch(`${provider.origin}/token`, { method: 'POST', body })
    const session = await getIronSession(request, response, OPTIONS)
    session.user = USER
    session.grant = grantOf(await answer.json())
    await session.save()
    redirect(response, '/')
  }

  const guarded = async (request, response) => {
    const { user } = await getIronSession(request, response, OPTIONS)
    if (user === undefined) return send(response, 401, UNAUTHORIZED)
    return send(response, 200, { ...ANSWER, name: user.name })
  }

  await listen((request, response) => {
    if (request.url === '/guarded') return guarded(request, response)
    if (request.url.startsWith('/callback')) return callback(request, response)
    return redirect(response, `${provider.origin}/authorize?redirect_uri=${encodeURIComponent(redirectUri)}&state=none`)
  }, port)
}

function redirect(response, location) {
  response.statusCode = 303
  response.setHeader('location', location)
  response.end()
}

function send(response, status, value) {
  const body = JSON.stringify(value)
  response.statusCode = status
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('content-length', Buffer.byteLength(body))
  response.end(body)
}
