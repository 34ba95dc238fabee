import type { Auth } from '@postern/core'
import type { ContractResponse, ContractRoute } from './adapter.ts'

/** The application of the contract: what its routes do, and what they have done so far. */
export interface Application {
  readonly routes: readonly ContractRoute[]
  /** Paths whose handler ran, oldest first. */
  readonly ran: readonly string[]
  /** Makes `/meeting` wait until so many requests have arrived there. */
  expectAtMeeting(requests: number): void
}

export function createApplication(): Application {
  const ran: string[] = []
  const meeting = createMeeting()
  const route = (path: string, { respond, ...rest }: Partial<ContractRoute> = {}): ContractRoute => ({
    path,
    methods: ['GET'],
    access: 'open',
    ...rest,
    async respond(readAuth) {
      ran.push(path)
      return respond === undefined ? plain(path) : respond(readAuth)
    },
  })

  const routes = [
    route('/public', { methods: ['GET', 'POST'] }),
    route('/whoami', { respond: async (readAuth) => plain(nameOf(readAuth())) }),
    route('/meeting', {
      async respond(readAuth) {
        await meeting.everyone()
        return plain(nameOf(readAuth()))
      },
    }),
    route('/guarded', { methods: ['GET', 'HEAD', 'POST', 'OPTIONS'], access: {} }),
    route('/guarded/whoami', { access: {}, respond: async (readAuth) => plain(nameOf(readAuth())) }),
    route('/guarded/other', { access: { provider: 'posting' } }),
    route('/guarded/failing', {
      access: {
        where: () => {
          throw new Error('the application could not decide')
        },
      },
    }),
    route('/loaded/whoami', { access: 'loaded', respond: async (readAuth) => plain(nameOf(readAuth())) }),
    route('/shared', { respond: async (readAuth) => plain(nameOf(readAuth()), 'public, max-age=600') }),
    route('/own', { respond: async (readAuth) => plain(nameOf(readAuth()), 'no-cache') }),
    route('/empty', {
      async respond(readAuth) {
        readAuth()
        return { status: 204, headers: {}, body: '' }
      },
    }),
  ]
  return { routes, ran, expectAtMeeting: meeting.expect }
}

/** What `/whoami` says. */
export function nameOf(auth: Auth): string {
  return auth.authenticated ? auth.subject : 'nobody'
}

function plain(body: string, cacheControl?: string): ContractResponse {
  const headers = { 'content-type': 'text/plain; charset=utf-8' }
  return {
    status: 200,
    headers: cacheControl === undefined ? headers : { ...headers, 'cache-control': cacheControl },
    body,
  }
}

function createMeeting(): { everyone(): Promise<void>; expect(requests: number): void } {
  let missing = 0
  let all = Promise.withResolvers<void>()
  return {
    expect(requests) {
      missing = requests
      all = Promise.withResolvers()
    },
    everyone() {
      missing -= 1
      if (missing <= 0) all.resolve()
      return all.promise
    },
  }
}
