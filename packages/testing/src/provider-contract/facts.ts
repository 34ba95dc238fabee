import assert from 'node:assert/strict'
import type { Provider } from '@postern/core'
import { CREDENTIALS, type Define } from './define.ts'
import type { ProviderContractCase } from './provider-contract.ts'

/** What a definition says, before anything is asked of it. */
export function facts(define: Define, id: string): readonly ProviderContractCase[] {
  return [
    {
      name: 'has the id it says, fit for URLs and cookies',
      run: async () => {
        assert.equal(define(CREDENTIALS).id, id)
        assert.match(id, /^[a-z0-9-]{1,32}$/)
      },
    },
    {
      name: 'is complete, and frozen all the way down',
      run: async () => {
        const provider = define(CREDENTIALS)
        assert.notEqual(provider.name.trim(), '')
        assert.equal(provider.clientId, CREDENTIALS.clientId)
        for (const name of NEEDED) assert.notEqual(provider[name], undefined, `${name} is there`)
        for (const [name, value] of [['the provider', provider] as const, ...Object.entries(provider)]) {
          assert.ok(typeof value === 'function' || Object.isFrozen(value), `${name} is frozen`)
        }
      },
    },
    {
      name: 'has https addresses only, by default',
      run: async () => {
        const provider = define(CREDENTIALS)
        assert.equal(provider.loopback, false)
        for (const address of addressesOf(provider)) assert.match(address, /^https:\/\/[^/@]+(?:\/[^#]*)?$/)
      },
    },
    {
      name: 'has origins for API origins',
      run: async () => {
        for (const origin of define(CREDENTIALS).apiOrigins) assert.equal(new URL(origin).origin, origin)
      },
    },
    {
      name: 'has capabilities that agree with its endpoints and its protocol',
      run: async () => {
        const { capabilities, endpoints, protocol } = define(CREDENTIALS)
        assert.equal(capabilities.idToken, protocol === 'oidc')
        assert.ok(capabilities.refresh || !capabilities.rotation, 'what rotates is used')
        for (const name of ['revocation', 'endSession'] as const) {
          const isConfigured = endpoints?.[name] !== undefined
          if (protocol === 'oauth2') assert.equal(capabilities[name], isConfigured, name)
          else assert.ok(capabilities[name] || !isConfigured, `${name} is used where it is configured`)
        }
      },
    },
  ]
}

const NEEDED = [
  'scope',
  'scopeSeparator',
  'authorizationParameters',
  'codeChallengeMethod',
  'responseMode',
  'loginParameters',
  'apiOrigins',
  'capabilities',
  'timeout',
  'identify',
] as const

function addressesOf({ issuer, endpoints, apiOrigins, manageAccessUrl }: Provider): readonly string[] {
  const addresses = [issuer, ...Object.values(endpoints ?? {}), ...apiOrigins, manageAccessUrl]
  return addresses.filter((address) => address !== undefined)
}
