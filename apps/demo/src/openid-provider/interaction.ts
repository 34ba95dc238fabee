import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Interaction, Provider } from 'oidc-provider'
import { PAGE_HEADERS } from './document.ts'
import { problemPage, signInPage } from './pages.ts'
import { PEOPLE, type Person, personWith } from './people.ts'

export interface InteractionPages {
  readonly provider: Provider
  /** Name of the application, for people. */
  readonly clientName: string
  /** Where the application is. */
  readonly application: string
}

/** Paths of `answerInteraction`. The provider sends browsers there, with a cookie that only works there. */
export const INTERACTION = /^\/interaction\/([\w-]+)$/

/** Signs a person in and asks for their consent, on one page; hands the answer to the provider. */
export async function answerInteraction(
  request: IncomingMessage,
  response: ServerResponse,
  pages: InteractionPages,
): Promise<void> {
  const { provider, application } = pages
  const interaction = await provider.interactionDetails(request, response).catch(() => undefined)
  if (interaction === undefined) return show(response, 400, problemPage('interaction_over', application))
  if (request.method !== 'POST') return showSignIn(response, interaction, pages)

  const form = new URLSearchParams(await text(request))
  if (form.get('decision') === 'deny')
    return finish({ error: 'access_denied', error_description: 'The person declined.' })
  const person = personWith(form.get('person') ?? '')
  if (form.get('decision') !== 'approve' || person === undefined) return showSignIn(response, interaction, pages)
  const grantId = await grantOf(person, interaction, provider)
  return finish({ login: { accountId: person.id }, consent: { grantId } })

  function finish(result: Parameters<Provider['interactionFinished']>[2]): Promise<void> {
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }
}

function showSignIn(response: ServerResponse, { uid, session }: Interaction, { clientName }: InteractionPages): void {
  const chosen = personWith(session?.accountId ?? '') ?? PEOPLE[0]
  show(response, 200, signInPage(clientName, `/interaction/${uid}`, chosen))
}

function grantOf(person: Person, { params }: Interaction, { Grant }: Provider): Promise<string> {
  const grant = new Grant({ accountId: person.id, clientId: params.client_id })
  grant.addOIDCScope(params.scope)
  return grant.save()
}

function show(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, PAGE_HEADERS).end(page)
}
