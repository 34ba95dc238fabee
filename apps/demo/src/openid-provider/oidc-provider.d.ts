/** The part of `oidc-provider` that the demo uses: the package comes without types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>)
    readonly Grant: new (about: {
      readonly accountId: string
      readonly clientId: string
    }) => Grant
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    /** Rejects when the browser has no such interaction, or it is over. */
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: InteractionResult,
      options: { readonly mergeWithLastSubmission: false },
    ): Promise<void>
  }

  export interface Grant {
    addOIDCScope(scope: string): void
    /** Resolves with the id of the grant. */
    save(): Promise<string>
  }

  /** A sign-in that waits for a person. */
  export interface Interaction {
    readonly uid: string
    readonly params: { readonly client_id: string; readonly scope: string }
    /** Who is signed in at the provider already. */
    readonly session?: { readonly accountId: string } | undefined
  }

  export type InteractionResult =
    | { readonly login: { readonly accountId: string }; readonly consent: { readonly grantId: string } }
    | { readonly error: 'access_denied'; readonly error_description: string }

  /** What the functions that make pages are given. */
  export interface PageContext {
    status: number
    type: string
    body: unknown
    set(headers: Readonly<Record<string, string>>): void
    readonly oidc: { readonly client?: { readonly clientName?: string } | undefined }
  }
}
