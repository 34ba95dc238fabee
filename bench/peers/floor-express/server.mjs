import express from 'express'
import { ANSWER, COOKIE, listen, SEE_OTHER } from '../answers.mjs'

export async function start({ port }) {
  const app = express()
  app.get('/open', (_request, response) => response.json(ANSWER))
  app.get('/redirect', (_request, response) => response.append('set-cookie', COOKIE).redirect(303, SEE_OTHER))
  await listen(app, port)
}
