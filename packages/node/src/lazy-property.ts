/**
 * Defines a property on an object of each request, for instance a bag of state: it is read when somebody asks, and nobody
 * can assign it. The getter is the same for all requests: one of its own would give every object a shape of its own to
 * the engine, and that costs more than opening a session.
 *
 * @param read makes the value from whatever the request was defined with
 */
export function lazyProperty<Source>(
  name: string,
  read: (source: Source) => unknown,
): (place: object, source: Source) => void {
  const key = Symbol('postern.source')
  const property = {
    get(this: { readonly [key]: Source }) {
      return read(this[key])
    },
    enumerable: true,
  }
  return (place: { [key]?: Source }, source) => {
    place[key] = source
    Object.defineProperty(place, name, property)
  }
}
