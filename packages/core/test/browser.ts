import type { Gateway } from '../src/contract.ts'
import type { Reply } from '../src/http/decision.ts'
import { headerAfter } from './cookies.ts'
import { headerOf } from './reply.ts'
import { NAVIGATION, type RequestFacts, request } from './request.ts'

/** A browser that visits the gateway: it keeps its cookies, and follows no redirect by itself. */
export interface Browser {
  /** The `Cookie` header it would send now. */
  readonly cookies: string | undefined
  /** Every reply it has had. */
  readonly replies: readonly Reply[]
  /** Asks for a page as a person does, or as `facts` say. */
  open(target: string, facts?: RequestFacts): Promise<Reply>
  /** Starts a sign-in and goes to the provider, as far as its authorization endpoint. */
  goToProvider(target?: string): Promise<URL>
  /** Another browser with the same cookies, as of now. */
  copy(): Browser
}

export function createBrowser(gateway: Gateway, initial?: string): Browser {
  let cookies = initial
  const replies: Reply[] = []

  const open: Browser['open'] = async (target, facts = {}) => {
    const { headers = NAVIGATION } = facts
    const sent = cookies === undefined ? headers : { ...headers, cookie: cookies }
    const reply = await gateway.handle(request({ ...facts, target, headers: sent }))
    cookies = headerAfter(reply.cookies, cookies)
    replies.push(reply)
    return reply
  }

  return {
    get cookies() {
      return cookies
    },
    replies,
    open,
    async goToProvider(target = '/auth/login/a') {
      const reply = await open(target)
      const location = headerOf(reply, 'location')
      if (location === undefined) throw new Error(`${target} led nowhere: ${reply.status} ${reply.body}`)
      return new URL(location)
    },
    copy: () => createBrowser(gateway, cookies),
  }
}
