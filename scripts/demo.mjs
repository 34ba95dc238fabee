import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { buildQuietly } from './build.mjs'
import { root } from './run.mjs'

console.error('Building …')
if (await buildQuietly(['@postern/demo'])) startDemo(process.argv.slice(2))
else process.exitCode = 1

/**
 * The demo is ended by Ctrl-C, and that is no failure.
 *
 * @param {readonly string[]} args
 */
function startDemo(args) {
  const demo = spawn(process.execPath, [join(root, 'apps/demo/dist/main.js'), ...args], { stdio: 'inherit' })
  let isInterrupted = false
  process.on('SIGINT', () => {
    isInterrupted = true
    // A terminal tells the demo as well; told twice, it would take the second for impatience.
    if (!process.stdin.isTTY) demo.kill('SIGINT')
  })
  process.on('SIGTERM', () => {
    isInterrupted = true
    demo.kill('SIGTERM')
  })
  demo.on('close', (code, signal) => {
    const wasAsked = isInterrupted && (code === 0 || signal !== null)
    process.exitCode = wasAsked ? 0 : (code ?? 128 + constants.signals[signal ?? 'SIGTERM'])
  })
}
