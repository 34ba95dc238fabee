import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Report } from './application.ts'

const APPLICATION = fileURLToPath(new URL('./application.ts', import.meta.url))

describe.each(['node', 'fastify', 'koa'])('an application with %s', (adapter) => {
  let report: Report
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=source', APPLICATION, adapter])
    report = JSON.parse(stdout)
  })

  it('does its work', () => {
    expect(report.statuses).toEqual([303, 303, 200, 200])
  })

  it('starts without the protocol library, undici, and the fetch of Node', () => {
    expect(report.started.some((url) => url.includes('/packages/node/'))).toBe(true)
    expect(report.started.filter((url) => /openid-client|oauth4webapi|\/jose\/|undici/.test(url))).toEqual([])
  })

  it('loads the protocol library when somebody signs in: once for those who do at the same time', () => {
    expect(report.signedIn.filter((url) => OPENID_CLIENT.test(url))).toHaveLength(1)
    expect(report.signedIn.filter((url) => UNDICI.test(url))).toEqual([])
  })

  it('loads undici when something is forwarded: once for those who ask at the same time', () => {
    expect(report.forwarded.filter((url) => UNDICI.test(url))).toHaveLength(1)
  })
})

const OPENID_CLIENT = /\/openid-client\/build\/index\.js$/
const UNDICI = /\/node_modules\/undici\/index\.js$/
