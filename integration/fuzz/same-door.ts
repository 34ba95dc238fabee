import fc from 'fast-check'
import { askers, hostileHosts, hostileLines, methods } from './askers.ts'
import { CANARY, type Door, type House, ORIGIN } from './house.ts'
import { staysHome } from './location.ts'
import { headOf, type Line, send, type WireRequest, type WireResponse } from './send.ts'
import { targets } from './targets.ts'

/** One target, asked for by whom it should not matter. */
export interface Case {
  readonly method: string
  readonly target: string
  readonly host: string
  readonly asker: readonly Line[]
  readonly hostileHost: string
  readonly hostile: readonly Line[]
}

/** Cases about a house with these addresses. Where routes are told apart by host, `hosts` are theirs. */
export function cases(addresses: readonly string[], hosts?: readonly string[]): fc.Arbitrary<Case> {
  return fc.record({
    method: methods,
    target: targets(addresses),
    host: fc.constantFrom(...(hosts ?? ['app.example'])),
    asker: askers,
    hostileHost: hosts === undefined ? hostileHosts : fc.constant(''),
    hostile: hostileLines,
  })
}

interface Visit {
  readonly request: WireRequest
  readonly response: WireResponse
  readonly doors: readonly Door[]
}

/**
 * Holds a house to one case: the route that is guarded is the route that is run.
 *
 * * Anonymous, no guarded handler runs, and nothing it would have said is in the answer.
 * * Signed in, the same target leads through the same door, or through the one that was closed before.
 * * Hostile headers change nothing, anonymous or signed in.
 * * Every redirect stays on the origin, and so does the `return_to` in it. Nothing is a 5xx.
 */
export async function holdToSameDoor(house: House, { method, target, host, asker, ...hostile }: Case): Promise<void> {
  const visit = async (name: string, lines: readonly Line[]): Promise<Visit> => {
    const request = { method, target, host: name, lines: [...asker, ...lines] }
    const response = await send(house.port, request)
    return { request, response, doors: house.takeVisits() }
  }
  const cookie: Line = ['Cookie', house.cookie]
  const disguise = hostile.hostileHost === '' ? host : hostile.hostileHost
  const anonymous = await visit(host, [])
  const disguised = await visit(disguise, hostile.hostile)
  const signedIn = await visit(host, [cookie])
  const both = await visit(disguise, [cookie, ...hostile.hostile])

  for (const one of [anonymous, disguised]) {
    if (one.doors.some(({ isGuarded }) => isGuarded)) throw broken('an anonymous request ran a guarded handler', one)
    if (one.response.text.includes(CANARY)) throw broken('an anonymous request was told what is guarded', one)
  }
  if (decisionOf(anonymous) !== decisionOf(disguised))
    throw broken('hostile headers changed the decision', anonymous, disguised)
  if (decisionOf(signedIn) !== decisionOf(both)) throw broken('hostile headers changed it, signed in', signedIn, both)
  const [door] = signedIn.doors
  const wasDenied = [303, 401].includes(anonymous.response.status) && anonymous.doors.length === 0
  if (door?.isGuarded === true && !wasDenied)
    throw broken('a guarded door was neither open nor closed', anonymous, signedIn)
  if (door?.isGuarded !== true && namesOf(signedIn) !== namesOf(anonymous)) {
    throw broken('signing in led through another open door', anonymous, signedIn)
  }
  for (const one of [anonymous, disguised, signedIn, both]) {
    if (one.doors.some(({ name }) => name.startsWith('escaped')))
      throw broken('a request left the prefix of its target', one)
    if (!(one.response.status < 500)) throw broken('a request was answered with a failure of the server', one)
    if (!staysHome(one.response.location)) throw broken('a redirect leaves the origin', one)
    if (!comesBack(one)) throw broken('the way back is not where the browser wanted to go', one)
  }
}

/** What was decided about a request, without what differs from one answer to the next. */
function decisionOf({ response: { status, location }, doors }: Visit): string {
  const url = location === undefined ? undefined : URL.parse(location, ORIGIN)
  return [status, namesOf({ doors }), url?.origin, url?.pathname, url?.searchParams.get('return_to')].join(' ')
}

/** Whether a request that was sent to sign in comes back to its own target, as a browser spells it, or to no place. */
function comesBack({ request: { target }, response: { location } }: Visit): boolean {
  const returnTo = URL.parse(location ?? '')?.searchParams.get('return_to')
  if (returnTo === null || returnTo === undefined) return true
  const url = URL.parse(target, ORIGIN)
  return url !== null && returnTo === url.pathname + url.search + url.hash
}

function namesOf({ doors }: Pick<Visit, 'doors'>): string {
  return doors.map(({ name }) => name).join(', ')
}

/** An error that shows the requests as they were sent, and what came of them. */
function broken(what: string, ...visits: readonly Visit[]): Error {
  const shown = visits.map(({ request, response, doors }) => {
    const went = doors.length === 0 ? 'no handler ran' : `ran ${namesOf({ doors })}`
    return `${headOf(request)
      .replace(/(?<=Cookie: ).*/, 'ann’s')
      .trimEnd()}\n→ ${went}\n${response.text.slice(0, 600)}`
  })
  return new Error(`${what}\n\n${shown.join('\n\n')}`)
}
