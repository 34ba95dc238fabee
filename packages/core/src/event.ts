import type { ErrorClass, ErrorCode } from './error.ts'

/**
 * What happened, for logs, metrics and audits. No event carries a token, a code, a state, a cookie or a URL
 * with a query. `reference` joins the events of one request, and is printed on error pages.
 */
export type GatewayEvent =
  | EventOf<
      'start_up_warning',
      { readonly warning: StartUpWarning; readonly provider: string; readonly advice: string }
    >
  | EventOf<'sign_in_started', { readonly provider: string }>
  | EventOf<'callback_accepted', { readonly provider: string }>
  | EventOf<'code_exchanged', { readonly provider: string; readonly milliseconds: number }>
  | EventOf<'signed_in', { readonly provider: string; readonly subject: string; readonly session: string }>
  | EventOf<'profile_postponed', { readonly provider: string; readonly code: ErrorCode }>
  | EventOf<'profile_fetched', { readonly provider: string; readonly subject: string }>
  | EventOf<
      'sign_in_failed',
      {
        readonly provider: string
        readonly code: ErrorCode
        readonly class: ErrorClass
        readonly oauthError?: string | undefined
        readonly providerStatus?: number | undefined
        readonly advice?: string | undefined
      }
    >
  | EventOf<'token_refreshed', { readonly provider: string; readonly session: string }>
  | EventOf<
      'refresh_failed',
      {
        readonly provider: string
        readonly session: string
        readonly code: ErrorCode
        readonly class: ErrorClass
        readonly oauthError?: string | undefined
        readonly advice?: string | undefined
      }
    >
  | EventOf<
      'session_ended',
      { readonly provider: string; readonly subject: string; readonly session: string; readonly cause: SessionEnd }
    >
  | EventOf<'signed_out', { readonly provider: string; readonly subject: string; readonly session: string }>
  | EventOf<'revocation_given_up', { readonly provider: string }>
  | EventOf<'access_denied', { readonly code: ErrorCode; readonly provider?: string | undefined }>
  | EventOf<
      'request_refused',
      { readonly code: ErrorCode; readonly provider?: string | undefined; readonly advice?: string | undefined }
    >
  | EventOf<'failed', { readonly code: ErrorCode; readonly error: string }>

/** What is right under conditions that the options do not speak of. */
export type StartUpWarning = 'rotation_without_store' | 'redirect_uri_elsewhere'

/** Why a session ended other than by signing out here. */
export type SessionEnd = 'grant_dead' | 'provider' | 'owner' | 'administrator' | 'limit' | 'replaced'

interface EventBase<Type extends string> {
  readonly type: Type
  /** Milliseconds since the epoch. */
  readonly time: number
  /** Correlation id of the request; of nothing else for what happens outside of one. */
  readonly reference: string
}

type EventOf<Type extends string, Fields> = EventBase<Type> & Fields

export type EventListener = (event: GatewayEvent) => void

/** An event before the time is put on it. */
export type Unstamped<Event> = Event extends unknown ? Omit<Event, 'time'> : never
