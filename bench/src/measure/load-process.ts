import { generate, type Load } from './load.ts'

// The load generator in a process of its own, on another core than the server.
process.on('message', (load) => {
  generate(load as Load).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
