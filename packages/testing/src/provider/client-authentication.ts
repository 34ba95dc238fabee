import type { RecordedRequest } from '../server/recorded-request.ts'
import { type Assertions, verifyAssertion } from './assertion.ts'
import type { ScriptedClient, ScriptedClients } from './client.ts'
import { refuse } from './oauth-error.ts'

interface Presented {
  readonly basic: string | undefined
  readonly secret: string | undefined
  readonly assertion: string | undefined
}

/**
 * The client a request comes from. It must have proven itself in the one way it is registered for: no other,
 * and not two at once.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 */
export async function authenticateClient(
  request: RecordedRequest,
  clients: ScriptedClients,
  assertions: Assertions,
): Promise<ScriptedClient> {
  const presented: Presented = {
    basic: /^basic +(.+)$/i.exec(request.headers.authorization ?? '')?.[1],
    secret: request.form.get('client_secret') ?? undefined,
    assertion: request.form.get('client_assertion') ?? undefined,
  }
  if (Object.values(presented).filter((value) => value !== undefined).length > 1) {
    throw refuse('invalid_request', 'More than one client authentication method was used')
  }
  const client = clients.find(clientId(request, presented, clients))
  if (client === undefined) throw refuseClient('Unknown client', presented)
  if (!(await isProven(client, request, presented, assertions))) {
    throw refuseClient(`Not authenticated with ${client.authentication.method}`, presented)
  }
  return client
}

function clientId({ form }: RecordedRequest, presented: Presented, clients: ScriptedClients): string | undefined {
  if (presented.basic !== undefined) return basicClient(presented.basic, clients)
  if (presented.assertion !== undefined) return form.get('client_id') ?? assertedSubject(presented.assertion)
  return form.get('client_id') ?? undefined
}

/** The encoding is a property of the client, so both readings of the name are tried. */
function basicClient(basic: string, clients: ScriptedClients): string | undefined {
  const { id } = readBasic(basic, 'raw')
  return clients.find(id) === undefined ? readBasic(basic, 'decoded').id : id
}

async function isProven(
  client: ScriptedClient,
  request: RecordedRequest,
  { basic, secret, assertion }: Presented,
  assertions: Assertions,
): Promise<boolean> {
  const { authentication } = client
  switch (authentication.method) {
    case 'none':
      return basic === undefined && secret === undefined && assertion === undefined
    case 'client_secret_post':
      return secret === authentication.secret
    case 'client_secret_basic': {
      if (basic === undefined) return false
      const given = readBasic(basic, authentication.encoding ?? 'decoded')
      return given.id === client.id && given.secret === authentication.secret
    }
    case 'client_secret_jwt':
    case 'private_key_jwt':
      return assertion !== undefined && (await verifyAssertion(assertion, client, request, assertions))
  }
}

function readBasic(basic: string, encoding: 'decoded' | 'raw'): { id: string; secret: string } {
  const pair = Buffer.from(basic, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  const [id, secret] = colon === -1 ? [pair, ''] : [pair.slice(0, colon), pair.slice(colon + 1)]
  return encoding === 'raw' ? { id, secret } : { id: formDecode(id), secret: formDecode(secret) }
}

function formDecode(value: string): string {
  return new URLSearchParams(`value=${value.replaceAll('&', '%26')}`).get('value') ?? ''
}

function assertedSubject(assertion: string): string | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString('utf8'))
    if (typeof claims !== 'object' || claims === null || !('sub' in claims)) return undefined
    return typeof claims.sub === 'string' ? claims.sub : undefined
  } catch {
    return undefined
  }
}

function refuseClient(description: string, { basic }: Presented) {
  const headers = basic === undefined ? {} : { 'www-authenticate': 'Basic realm="scripted provider"' }
  return refuse('invalid_client', description, 401, headers)
}
