/** What a provider of the demo is called in a sentence. */
export function providerName(id: string | undefined): string {
  return id === 'anilist' ? 'AniList' : 'the OpenID Provider'
}
