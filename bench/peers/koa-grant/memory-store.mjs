/** koa-session brings no store: what its README shows. */
export function memoryStore() {
  const sessions = new Map()
  return {
    get: async (key) => sessions.get(key),
    set: async (key, value) => void sessions.set(key, value),
    destroy: async (key) => void sessions.delete(key),
  }
}
