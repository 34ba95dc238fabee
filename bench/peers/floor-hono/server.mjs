import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { ANSWER, COOKIE, listen, SEE_OTHER } from '../answers.mjs'

export async function start({ port }) {
  const app = new Hono()
  app.get('/open', (context) => context.json(ANSWER))
  app.get('/redirect', (context) => {
    context.header('set-cookie', COOKIE)
    return context.redirect(SEE_OTHER, 303)
  })
  await listen(getRequestListener(app.fetch), port)
}
