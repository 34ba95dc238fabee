/**
 * How a set of members differs from the right one: members to add or replace, `undefined` to take one away; or a
 * function from the right members to those to send.
 */
export type Change =
  | Readonly<Record<string, unknown>>
  | ((right: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>)

/** `right` with `change` made to it. Members that are `undefined` are gone. */
export function changed(
  right: Readonly<Record<string, unknown>>,
  change: Change | undefined,
): Readonly<Record<string, unknown>> {
  const members = typeof change === 'function' ? change(right) : { ...right, ...change }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
