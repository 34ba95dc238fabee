import { GatewayError } from '@postern/core'
import type { ExtendableContext } from 'koa'

/** What `@koa/router` leaves on a context: itself, and those of its layers that match. */
interface Routed {
  readonly router?: { readonly stack: readonly Layer[] }
  readonly matched?: readonly Layer[]
}

interface Layer {
  readonly methods: readonly string[]
  readonly regexp: RegExp
  readonly stack: readonly unknown[]
}

/**
 * Refuses a guard that `router.use(guard)` has left a way around: `@koa/router` compares the prefix of a router with
 * case there, and in its routes without, so that `/Members` would go unguarded. Throws `config_invalid`.
 */
export function refuseGap(ctx: ExtendableContext & Routed, guard: unknown): void {
  const { router, matched = [] } = ctx
  const own = matched.filter(({ methods, stack }) => methods.length === 0 && stack.includes(guard))
  if (own.length === 0) return
  const routes = matched.filter((layer) => layer.methods.length > 0 && router?.stack.includes(layer))
  const otherwise = [ctx.path.toUpperCase(), ctx.path.toLowerCase()]
  const leadPast = otherwise.filter((spelling) => !own.some(({ regexp }) => regexp.test(spelling)))
  if (!leadPast.some((spelling) => routes.some(({ regexp }) => regexp.test(spelling)))) return
  const advice = "Other spellings of this path get past a guard in router.use(guard): use router.use('', guard)."
  throw new GatewayError('config_invalid', { advice })
}
