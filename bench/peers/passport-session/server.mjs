import express from 'express'
import session from 'express-session'
import passport from 'passport'
import OAuth2Strategy from 'passport-oauth2'
import { ANSWER, grantOf, listen, REDIS_URL, SECRET, UNAUTHORIZED, USER } from '../answers.mjs'

export async function start({ port, provider, session: kind }) {
  passport.use(
    'bench',
    new OAuth2Strategy(
      {
        authorizationURL: `${provider.origin}/authorize`,
        tokenURL: `${provider.origin}/token`,
        clientID: provider.clientId,
        clientSecret: provider.clientSecret,
        callbackURL: `http://127.0.0.1:${port}/callback`,
        state: true,
        pkce: true,
      },
      (_accessToken, _refreshToken, response, _profile, done) => done(null, { ...USER, grant: grantOf(response) }),
    ),
  )
  passport.serializeUser((user, done) => done(null, user))
  passport.deserializeUser((user, done) => done(null, user))

  const app = express()
  const store = kind === 'redis' ? { store: await redisStore() } : {}
  app.use(session({ secret: SECRET, resave: false, saveUninitialized: false, ...store }))
  app.use(passport.session())
  app.get('/login', passport.authenticate('bench'))
  app.get('/callback', passport.authenticate('bench', { failureRedirect: '/failed' }), (_request, response) =>
    response.redirect('/'),
  )
  app.get('/guarded', (request, response) => {
    if (!request.isAuthenticated()) return response.status(401).json(UNAUTHORIZED)
    return response.json({ ...ANSWER, name: request.user.name })
  })
  await listen(app, port)
}

async function redisStore() {
  // Loaded here, so that a start without Redis does not pay for it.
  const [{ RedisStore }, { createClient }] = await Promise.all([import('connect-redis'), import('redis')])
  const client = await createClient({ url: REDIS_URL }).connect()
  return new RedisStore({ client, prefix: `postern-bench-peer-${process.pid}:`, ttl: 600 })
}
