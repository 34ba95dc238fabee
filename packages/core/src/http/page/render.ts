import type { HeaderLine } from '../decision.ts'
import { choosePage } from './choose.ts'
import { confirmSignOutPage } from './confirm-sign-out.ts'
import { errorPage } from './error.ts'
import { overrideHeaders, pageHeaders } from './headers.ts'
import type { PageModel, PageOverrides } from './model.ts'
import { signedOutPage } from './signed-out.ts'

export interface RenderedPage {
  readonly body: string
  readonly headers: readonly HeaderLine[]
}

/** A page and the headers it needs. Never throws: the error page goes through here as well. */
export function renderPage(model: PageModel, overrides: PageOverrides | undefined): RenderedPage {
  try {
    const body = override(model, overrides ?? {})
    if (body !== undefined) return { body, headers: overrideHeaders(model.page) }
    return { body: own(model), headers: pageHeaders(model.page) }
  } catch {
    // `watchPages` has told the operator; the person gets the gateway's own page.
    return { body: own(model), headers: pageHeaders(model.page) }
  }
}

function own(model: PageModel): string {
  switch (model.page) {
    case 'choose':
      return choosePage(model)
    case 'error':
      return errorPage(model)
    case 'confirm-sign-out':
      return confirmSignOutPage(model)
    case 'signed-out':
      return signedOutPage(model)
  }
}

function override(model: PageModel, overrides: PageOverrides): string | undefined {
  switch (model.page) {
    case 'choose':
      return checked(overrides.choose, model)
    case 'error':
      return checked(overrides.error, model)
    case 'confirm-sign-out':
      return checked(overrides['confirm-sign-out'], model)
    case 'signed-out':
      return checked(overrides['signed-out'], model)
  }
}

function checked<Model>(render: ((model: Model) => unknown) | undefined, model: Model): string | undefined {
  if (render === undefined) return undefined
  const body = render(model)
  if (typeof body !== 'string') throw new TypeError('A page must return a string of HTML.')
  return body
}
