import { describe, expect, it } from 'vitest'
import { boundaryViolations, CORE_ORDER } from './boundaries.mjs'

function violations(path: string, ...lines: readonly string[]) {
  return boundaryViolations([{ path, text: lines.join('\n') }])
}

describe('the order of core', () => {
  it('refuses an import from an inner folder to an outer one, and names the line', () => {
    const found = violations(
      'packages/core/src/http/reply.ts',
      "import { GatewayError } from '../error.ts'",
      "import { authorize } from '../flow/authorize.ts'",
    )
    expect(found).toMatchObject([{ path: 'packages/core/src/http/reply.ts', line: 2 }])
    expect(found[0]?.reason).toContain('http stands below flow')
  })

  it('refuses it for types, for several lines, for re-exports and for dynamic imports alike', () => {
    const outward = (...lines: readonly string[]) => violations('packages/core/src/crypto/seal.ts', ...lines)
    expect(outward("import type { Session } from '../session/session.ts'")).toHaveLength(1)
    expect(outward('import {', '  type Session,', '  read,', "} from '../session/session.ts'")).toHaveLength(1)
    expect(outward("export { read } from '../session/session.ts'")).toHaveLength(1)
    expect(outward("export * from '../session/session.ts'")).toHaveLength(1)
    expect(outward("import '../session/session.ts'")).toHaveLength(1)
    expect(outward("const later = () => import('../session/session.ts')")).toHaveLength(1)
    expect(outward("let session: import('../session/session.ts').Session")).toHaveLength(1)
  })

  it('accepts the way inwards', () => {
    expect(
      violations(
        'packages/core/src/flow/exchange.ts',
        "import { GatewayError } from '../error.ts'",
        "import type { ProviderClient } from '../protocol/protocol.ts'",
        "import { digest } from '../crypto/digest.ts'",
        "import { phase } from './phase.ts'",
      ),
    ).toEqual([])
  })

  it('lets folders side by side share types, and nothing that runs', () => {
    const guard = (line: string) => violations('packages/core/src/guard/evaluate.ts', line)
    expect(guard("import type { Auth } from '../session/auth.ts'")).toEqual([])
    expect(guard("import { type Auth, type SignedIn } from '../session/auth.ts'")).toEqual([])
    expect(guard("import { type Auth, open } from '../session/auth.ts'")).toHaveLength(1)
    expect(guard("import { open } from '../session/auth.ts'")[0]?.reason).toContain('side by side')
  })

  it('lets the union of decisions name the forward, as a type and from nowhere else', () => {
    const line = "import type { Forward } from '../proxy/forward.ts'"
    expect(violations('packages/core/src/http/decision.ts', line)).toEqual([])
    expect(violations('packages/core/src/http/decision.ts', line.replace('type ', ''))).toHaveLength(1)
    expect(violations('packages/core/src/http/reply.ts', line)).toHaveLength(1)
  })

  it('refuses a folder that nobody has placed', () => {
    expect(violations('packages/core/src/cache/read.ts')[0]?.reason).toContain('no place')
  })

  it('names each place once', () => {
    const places = CORE_ORDER.flat()
    expect(places).toEqual([...new Set(places)])
  })

  it('leaves tests alone, and imports that are only spoken of', () => {
    const line = "import { createGateway } from '../gateway.ts'"
    expect(violations('packages/core/src/http/reply.test.ts', line)).toEqual([])
    expect(violations('packages/core/src/http/reply.ts', '/**', ` * ${line}`, ' */', `// ${line}`)).toEqual([])
    expect(violations('packages/core/src/http/reply.ts', "// see import('../gateway.ts')")).toEqual([])
  })
})

describe('the walls of a package', () => {
  it('refuse a path into another package', () => {
    const found = violations('packages/koa/src/index.ts', "import { open } from '../../core/src/session/sealed.ts'")
    expect(found[0]?.reason).toContain('leaves packages/koa')
    expect(violations('apps/demo/src/main.ts', "import x from '../../../packages/koa/src/index.ts'")).toHaveLength(1)
    expect(violations('integration/flow.test.ts', "import x from '../packages/koa/src/index.ts'")).toHaveLength(1)
  })

  it('hold for tests as well', () => {
    expect(violations('packages/koa/src/a.test.ts', "import { b } from '../../core/src/b.ts'")).toHaveLength(1)
  })

  it('let tests of applications start a browser, and packages nothing', () => {
    const browser = "import { launchChromium } from '../../../scripts/chromium.ts'"
    expect(violations('apps/demo/test/a.test.ts', browser)).toEqual([])
    expect(violations('packages/koa/test/a.test.ts', browser)).toHaveLength(1)
    expect(violations('apps/demo/test/a.test.ts', browser.replace('chromium', 'run'))).toHaveLength(1)
  })

  it('leave paths inside alone, and other packages by name', () => {
    expect(violations('packages/koa/test/a.test.ts', "import { b } from '../src/b.ts'")).toEqual([])
    expect(violations('packages/koa/src/a.ts', "import { createGateway } from '@postern/core'")).toEqual([])
  })
})

describe('names', () => {
  it.each([
    'packages/core/src/utils/encode.ts',
    'packages/koa/src/helpers.ts',
    'packages/node/src/lib/body.ts',
    'apps/demo/src/types.ts',
    'packages/node/src/common.test.ts',
  ])('refuse %s, which says nothing about what is inside', (path) => {
    expect(violations(path).some(({ reason }) => reason.includes('Name it for the story'))).toBe(true)
  })

  it('accept words that only contain one of those', () => {
    expect(violations('packages/node/src/library-version.ts')).toEqual([])
    expect(violations('packages/koa/src/types.test-d.ts')).toEqual([])
  })
})
