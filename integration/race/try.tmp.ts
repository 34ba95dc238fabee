import { runRace } from '@postern/testing'
const t = performance.now()
const memory = { url: new URL('./memory-module.tmp.ts', import.meta.url), setting: '', execArgv: ['--conditions=source'] }
for (const store of [undefined, memory]) {
const report = await runRace({ ...(store ? { store } : {}), processes: 1, requests: 50, expiries: 5, execArgv: ['--conditions=source'] })
console.log(performance.now() - t, report.requests, report.presentations.length, report.failures.slice(0, 5), report.problems)
}
