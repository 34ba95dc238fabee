import express from 'express'
import openIdConnect from 'express-openid-connect'
import { ANSWER, issuerOf, listen, SECRET, UNAUTHORIZED } from '../answers.mjs'

export async function start(setting) {
  const { port, provider, protocol, session } = setting
  const app = express()
  app.use(
    openIdConnect.auth({
      issuerBaseURL: issuerOf(setting),
      baseURL: `http://127.0.0.1:${port}`,
      clientID: provider.clientId,
      clientSecret: provider.clientSecret,
      clientAuthMethod: 'client_secret_post',
      secret: SECRET,
      authRequired: false,
      idTokenSigningAlg: protocol.toUpperCase(),
      authorizationParams: { response_type: 'code', response_mode: 'query', scope: 'openid profile email' },
      enableTelemetry: false,
      ...(session === 'memory' ? { session: { store: memoryStore() } } : {}),
    }),
  )
  app.get('/guarded', (request, response) => {
    if (!request.oidc.isAuthenticated()) return response.status(401).json(UNAUTHORIZED)
    return response.json({ ...ANSWER, name: request.oidc.user.name })
  })
  await listen(app, port)
}

/** It takes stores in the shape of express-session's. */
function memoryStore() {
  const sessions = new Map()
  return {
    get: (key, done) => done(null, sessions.get(key)),
    set: (key, value, done) => {
      sessions.set(key, value)
      done(null)
    },
    destroy: (key, done) => {
      sessions.delete(key)
      done(null)
    },
  }
}
