import type { Provider, ProviderFailure } from './provider.ts'

/** What a definition advises; nothing where it fails at that. What a failure means does not hang on its explanation. */
export function adviceOf(provider: Provider, failure: ProviderFailure): string | undefined {
  try {
    const advice: unknown = provider.advise?.(failure)
    return typeof advice === 'string' ? advice : undefined
  } catch {
    return undefined
  }
}
