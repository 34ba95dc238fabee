/**
 * `make`, called once for each key and remembered for as long as the key lives. A promise that is rejected is forgotten:
 * what could not be loaded now may be there next time.
 */
export function oncePer<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, { readonly value: Value }>()
  const remember = (key: Key): Value => {
    const value = make(key)
    made.set(key, { value })
    if (value instanceof Promise) value.catch(() => made.delete(key))
    return value
  }
  return (key) => {
    const known = made.get(key)
    return known === undefined ? remember(key) : known.value
  }
}
