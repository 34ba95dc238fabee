/** The part of `oidc-provider` that these tests use: the package comes without types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export interface ProviderContext {
    readonly path: string
    readonly host: string
    status: number
    type: string
    body: unknown
    get(header: string): string
    readonly oidc?: {
      readonly route?: string
      readonly params?: Readonly<Record<string, string | undefined>>
      readonly session?: { readonly acr?: string }
      readonly result?: { readonly login?: unknown }
    }
  }

  export interface InteractionResult {
    readonly login?: { readonly accountId: string; readonly acr?: string | undefined }
  }

  export class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>)
    use(middleware: (ctx: ProviderContext, next: () => Promise<void>) => Promise<void>): this
    callback(): (request: IncomingMessage, response: ServerResponse) => void
    on(event: string, listener: () => void): this
    interactionDetails(
      request: IncomingMessage,
      response: ServerResponse,
    ): Promise<{ readonly params: Readonly<Record<string, string | undefined>> }>
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: InteractionResult,
      options?: object,
    ): Promise<void>
  }

  export class Check {
    static readonly REQUEST_PROMPT: boolean
    static readonly NO_NEED_TO_PROMPT: boolean
    constructor(reason: string, description: string, check: (ctx: ProviderContext) => boolean)
  }

  export interface Policy {
    get(prompt: string): { readonly checks: { add(check: Check): void } }
  }

  export const interactionPolicy: { readonly Check: typeof Check; base(): Policy }
}
