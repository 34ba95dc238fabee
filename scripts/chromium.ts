/// <reference lib="dom" />
import { existsSync } from 'node:fs'
import sparticuz from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Runs as root, alone, and speaks to nobody but the pages it is sent to. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * A headless Chromium with an empty profile of its own: `CHROMIUM`, an installed one, or on Linux the one that comes
 * from npm. Says which on standard error.
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = await findChromium()
  process.stderr.write(`Browser: ${executablePath}\n`)
  return chromium.launch({ executablePath, headless: true, args: FLAGS })
}

async function findChromium(): Promise<string> {
  const chosen = process.env.CHROMIUM ?? INSTALLED.find((path) => existsSync(path))
  if (chosen !== undefined) return chosen
  if (process.platform === 'linux' && process.arch === 'x64') return sparticuz.executablePath()
  throw new Error('No Chromium was found. Install one, or set CHROMIUM to the path of one.')
}
