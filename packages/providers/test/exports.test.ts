import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const FOLDER = new URL('../', import.meta.url)
const { exports } = JSON.parse(readFileSync(new URL('package.json', FOLDER), 'utf8'))
const NAMES = Object.keys(exports).filter((name) => name !== './package.json')

/** Files of the source that call `defineProvider`: the presets. */
function presets(): readonly string[] {
  return readdirSync(new URL('src', FOLDER), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .filter((file) => readFileSync(new URL(`src/${file}`, FOLDER), 'utf8').includes('return defineProvider('))
}

describe('the exports of the package', () => {
  it.each(NAMES)('point at a source that exists, and at what it is built into: %s', (name) => {
    const { source, types, default: built } = exports[name]
    expect(existsSync(new URL(source, FOLDER))).toBe(true)
    const path = source.replace(/^\.\/src\//, '').replace(/\.ts$/, '')
    expect([types, built]).toEqual([`./dist/${path}.d.ts`, `./dist/${path}.js`])
  })

  it('hold every preset', () => {
    const exported = NAMES.map((name) => exports[name].source.replace('./src/', ''))
    expect(exported.sort()).toEqual([...presets()].sort())
  })

  it.each(NAMES)('have a page for each preset: %s', (name) => {
    expect(existsSync(new URL(`../../docs/providers/${name.slice(2)}.md`, FOLDER))).toBe(true)
  })
})
