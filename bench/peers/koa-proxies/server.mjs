import { Agent } from 'node:http'
import Koa from 'koa'
import proxy from 'koa-proxies'
import { listen } from '../answers.mjs'

/** On a bare Koa: nobody is asked who they are, and no token is attached. Without the agent it connects anew each time. */
export async function start({ port, provider }) {
  const app = new Koa()
  app.use(proxy('/api', { target: provider.origin, changeOrigin: true, agent: new Agent({ keepAlive: true }) }))
  await listen(app.callback(), port)
}
