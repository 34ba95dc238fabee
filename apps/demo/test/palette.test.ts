import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPage } from './open-page.ts'
import { type RunningDemo, startDemo } from './running-demo.ts'

const OWN = ['--sky', '--ember']
const demoStyle = readFileSync(new URL('../public/demo.css', import.meta.url), 'utf8')
let demo: RunningDemo
let gatewayPage: string

beforeAll(async () => {
  demo = await startDemo('Fastify')
  gatewayPage = (await openPage(`${demo.origin}/auth/login/nobody`)).body
})

afterAll(() => demo.close())

/** Custom properties of the light and the dark palette. */
function palettes(style: string): readonly (readonly string[])[] {
  return [...style.matchAll(/:root \{([^}]*)\}/g)].map(([, block = '']) =>
    [...block.matchAll(/(--[a-z-]+): ([^;]+);/g)].map(([, name, value]) => `${name}: ${value}`),
  )
}

describe('the style of the demo', () => {
  it('has the colours of the gateway’s own pages, in light and in dark', () => {
    const shared = palettes(demoStyle).map((colours) =>
      colours.filter((line) => !OWN.some((name) => line.startsWith(name))),
    )
    expect(shared).toHaveLength(2)
    expect(shared).toEqual(palettes(gatewayPage))
  })
})
