/** Path that starts a sign-in: at one provider, or at the page to choose one. */
export function loginPath(basePath: string, provider: string | undefined, query: LoginQuery = {}): string {
  const path = provider === undefined ? `${basePath}/login` : `${basePath}/login/${provider}`
  let separator = '?'
  let address = path
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    address += `${separator}${name}=${encodeURIComponent(value).replaceAll('%20', '+')}`
    separator = '&'
  }
  return address
}

export interface LoginQuery {
  readonly return_to?: string | undefined
  readonly max_age?: string | undefined
  readonly acr_values?: string | undefined
}
