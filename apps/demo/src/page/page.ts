import type { Auth, ProvidersOf, RegisteredGateway, Requirement } from '@postern/core'
import type { Browser } from '../browser.ts'
import type { Answer } from './answer.ts'

type Providers = ProvidersOf<RegisteredGateway>

/** A page of the demo, for any framework: adapters mount it and know nothing of what it says. */
export interface Page {
  /** `*` is every address that no page before it has. */
  readonly path: string
  /**
   * What a visitor must be; `optional` lets everyone pass, and tells the page who it is. Absent: the page does not
   * want to know.
   */
  readonly guard?: Requirement<Providers> | 'optional'
  respond(visitor: Visitor): Answer | Promise<Answer>
}

export interface Visitor {
  readonly auth: Auth<Providers>
  readonly browser: Browser
  readonly query: URLSearchParams
}
