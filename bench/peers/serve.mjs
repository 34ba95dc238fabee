// The process of one peer: `node serve.mjs <folder> <setting as JSON>`. It tells its memory when it listens, and
// its CPU time when asked. The setting is `Setting` of ../src/contestant/contestant.ts.
const [folder, setting = '{}'] = process.argv.slice(2)
const { start } = await import(`./${folder}/server.mjs`)

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ microseconds: user + system })
})
process.on('disconnect', () => process.exit(0))
await start(JSON.parse(setting))
process.send?.({ resident: process.memoryUsage.rss() })
