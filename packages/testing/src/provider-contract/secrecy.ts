import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { GatewayError, type ProviderFailure } from '@postern/core'
import { CREDENTIALS, type Define } from './define.ts'
import type { ProviderContractCase } from './provider-contract.ts'

/** What a definition must keep to itself. */
export function secrecy(define: Define): readonly ProviderContractCase[] {
  return [
    {
      name: 'does not show its secret when it is printed',
      run: async () => {
        const provider = define(CREDENTIALS)
        const printed = [JSON.stringify(provider), inspect(provider, { depth: 9 }), String(provider)].join('\n')
        assert.ok(!printed.includes(CREDENTIALS.clientSecret), 'the secret was printed')
      },
    },
    {
      name: 'refuses an empty secret, and says so without printing anything',
      run: async () => {
        assert.throws(() => define({ ...CREDENTIALS, clientSecret: '' }), isConfigInvalid)
      },
    },
    {
      name: 'refuses an option it does not know',
      run: async () => {
        const misspelt = { ...CREDENTIALS, clientSecrte: CREDENTIALS.clientSecret }
        assert.throws(() => define(misspelt), isConfigInvalid)
      },
    },
    {
      name: 'gives advice that quotes nothing a provider or a browser sent',
      run: async () => {
        const provider = define(CREDENTIALS)
        for (const failure of FAILURES) {
          const advice = provider.advise?.(failure)
          if (advice === undefined) continue
          assert.match(advice, /^\S.*[.)]$/s, 'advice is a sentence')
          assert.ok(!advice.includes(MARK), 'advice quotes the error')
        }
      },
    },
  ]
}

const MARK = 'quoted_by_mistake'
const STATUSES = [undefined, 200, 302, 400, 401, 403, 404, 429, 500, 503]
const OAUTH_ERRORS = [undefined, MARK, 'invalid_client', 'invalid_grant', 'access_denied', 'redirect_uri_mismatch']

const FAILURES: readonly ProviderFailure[] = (['authorization', 'token', 'profile'] as const).flatMap((step) =>
  STATUSES.flatMap((status) => OAUTH_ERRORS.map((oauthError) => ({ step, status, oauthError }))),
)

function isConfigInvalid(error: unknown): boolean {
  assert.ok(error instanceof GatewayError, 'it throws a GatewayError')
  assert.equal(error.code, 'config_invalid')
  assert.ok(!error.message.includes(CREDENTIALS.clientSecret), 'the message holds the secret')
  return true
}
