import { GatewayError } from '../src/error.ts'

/** The `GatewayError` a promise rejects with. Anything else fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<GatewayError> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (outcome instanceof GatewayError) return outcome
  throw new Error('expected a GatewayError', { cause: outcome })
}

/** The `GatewayError` that something throws at once. Anything else fails the test. */
export function failureIn(action: () => unknown): GatewayError {
  try {
    action()
  } catch (error) {
    if (error instanceof GatewayError) return error
    throw error
  }
  throw new Error('expected a GatewayError')
}
