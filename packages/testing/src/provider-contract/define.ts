import type { Provider } from '@postern/core'
import type { ContractCredentials } from './provider-contract.ts'

export type Define = (credentials: ContractCredentials) => Provider

/** Credentials that would be recognised wherever they leaked to. */
export const CREDENTIALS: ContractCredentials = {
  clientId: 'contract-client',
  clientSecret: 'contract-secret-2f6c1d0b9a8e7f',
}
