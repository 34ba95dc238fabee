import type { ErrorCode } from '../../error.ts'

/** What a page says. Every string is plain text: the renderer escapes it. */
export type PageModel = ChoosePage | ErrorPage | ConfirmSignOutPage | SignedOutPage

export interface ChoosePage {
  readonly page: 'choose'
  readonly providers: readonly { readonly name: string; readonly href: string }[]
}

export interface ErrorPage {
  readonly page: 'error'
  readonly status: number
  readonly code: ErrorCode
  readonly title: string
  readonly message: string
  /** Correlation id, for a person to quote and an operator to find. */
  readonly reference: string
  /** The one button: start again, or go home. */
  readonly action?: { readonly label: string; readonly href: string } | undefined
}

export interface ConfirmSignOutPage {
  readonly page: 'confirm-sign-out'
  readonly action: string
  readonly returnTo?: string | undefined
  /** To be sent along as `confirmation`: browsers without fetch metadata have no other way to show where the form was. */
  readonly confirmation: string
  /** Name of the signed-in user, when there is one. */
  readonly userName?: string | undefined
}

export interface SignedOutPage {
  readonly page: 'signed-out'
  readonly home: string
  readonly signIn: string
  /** What remains at the provider, and where to end it. Absent when nothing is known to remain. */
  readonly remains?: { readonly provider: string; readonly manageAccessUrl?: string | undefined } | undefined
}

/** Replaces pages: each function returns a whole HTML document. It must escape what it prints itself. */
export type PageOverrides = {
  readonly [Name in PageModel['page']]?: (model: Extract<PageModel, { page: Name }>) => string
}
