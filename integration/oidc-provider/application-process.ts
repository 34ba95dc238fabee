import { redisStore } from '@postern/redis'
import { startApplication } from './application.ts'
import { providerFor } from './provider-definition.ts'
import type { SecondProcessFacts } from './second-process.ts'

// Written by `startSecondProcess`, and by nobody else.
const told = JSON.parse(process.argv[2] ?? '') as SecondProcessFacts

const application = await startApplication(told.adapter, () => ({
  origin: told.origin,
  store: redisStore(told.redis),
  providers: [providerFor(told.issuer, told.clientId, told)],
}))
process.send?.(application.origin)
process.on('message', (seconds) => {
  application.pass(Number(seconds))
  process.send?.('done')
})
process.on('disconnect', () => application.close())
