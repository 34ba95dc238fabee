import { GatewayError } from '@postern/core'
import { type ContractCredentials, providerContract } from '@postern/testing'
import { describe, expect, it } from 'vitest'
import { entraId, PERSONAL_ACCOUNTS } from './entra-id.ts'

const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490'
const CREDENTIALS = { clientId: '535fb089-9ff3-47b6-9bfb-4f1264799865', clientSecret: 'a-client-secret' }

const CLAIMS = {
  sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
  name: 'Ada Lovelace',
  preferred_username: 'ada@contoso.com',
  oid: '00000000-0000-0000-66f3-3332eca7ea81',
  tid: TENANT,
}

const USER = {
  id: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
  name: 'Ada Lovelace',
  username: 'ada@contoso.com',
  objectId: '00000000-0000-0000-66f3-3332eca7ea81',
  tenantId: TENANT,
}

const define = (credentials: ContractCredentials) => entraId({ ...credentials, tenant: TENANT })

describe('the provider contract', () => {
  for (const { name, run } of providerContract({ id: 'entra-id', define, sample: CLAIMS, user: USER })) it(name, run)
})

describe('the Entra ID preset', () => {
  it.each(['common', 'organizations', 'consumers', 'contoso.onmicrosoft.com', '', `${TENANT}/..`, '{tenantid}'])(
    'refuses a tenant that no issuer carries: %j',
    (tenant) => {
      expect(() => entraId({ ...CREDENTIALS, tenant })).toThrow(GatewayError)
      expect(() => entraId({ ...CREDENTIALS, tenant })).toThrow(/tenant must be the tenant's id/)
    },
  )

  it('has the issuer of its tenant, as ID tokens spell it', () => {
    expect(entraId({ ...CREDENTIALS, tenant: TENANT.toUpperCase() }).issuer).toBe(
      `https://login.microsoftonline.com/${TENANT}/v2.0`,
    )
  })

  it('takes personal accounts as the tenant they are', () => {
    const { issuer } = entraId({ ...CREDENTIALS, tenant: PERSONAL_ACCOUNTS })
    expect(issuer).toBe('https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0')
  })

  it('goes to another cloud', () => {
    const { issuer } = entraId({ ...CREDENTIALS, tenant: TENANT, authority: 'https://login.microsoftonline.us/' })
    expect(issuer).toBe(`https://login.microsoftonline.us/${TENANT}/v2.0`)
  })

  it('refreshes only what it asked for', () => {
    expect(define(CREDENTIALS).capabilities.refresh).toBe(false)
    const offline = entraId({ ...CREDENTIALS, tenant: TENANT, scope: ['offline_access'] })
    expect(offline.scope).toEqual(['openid', 'profile', 'offline_access'])
    expect(offline.capabilities).toMatchObject({ refresh: true, rotation: true })
  })

  it('does not show an access token for one API to another', () => {
    expect(define(CREDENTIALS)).toMatchObject({ userinfo: 'skip', apiOrigins: [] })
  })
})
