/** Path that starts a sign-in: at one provider, or at the page to choose one. */
export function loginPath(basePath: string, provider: string | undefined, query: LoginQuery = {}): string {
  let address = provider === undefined ? `${basePath}/login` : `${basePath}/login/${provider}`
  let separator = '?'
  for (const name of PARAMETERS) {
    const value = query[name]
    if (value === undefined) continue
    address += `${separator}${name}=${encodeURIComponent(value).replaceAll('%20', '+')}`
    separator = '&'
  }
  return address
}

const PARAMETERS = ['return_to', 'max_age', 'acr_values'] as const

export interface LoginQuery {
  readonly return_to?: string | undefined
  readonly max_age?: string | undefined
  readonly acr_values?: string | undefined
}
