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

const PARAMETERS = ['return_to', 'max_age', 'acr_values', 'prompt', 'login_hint', 'ui_locales'] as const

export type LoginQuery = { readonly [Name in (typeof PARAMETERS)[number]]?: string | undefined }
