import Koa from 'koa'

export function start({ port }) {
  const app = new Koa()
  app.use((ctx) => {
    ctx.body = {}
  })
  return new Promise((resolve) => {
    app.listen(port, '127.0.0.1', resolve)
  })
}
