/** What oidc-provider keeps: its own memory adapter forgets beyond a thousand entries, and cannot be looked into. */
export interface ProviderStorage {
  /** For the provider's configuration. */
  readonly adapter: (model: string) => object
  /** Every live record of a model. They are the provider's own: to change one is to change what it remembers. */
  all(model: string): Record<string, unknown>[]
  put(model: string, id: string, payload: Readonly<Record<string, unknown>>): void
}

interface Entry {
  readonly model: string
  readonly payload: Record<string, unknown>
}

/** The provider itself looks at when a record expires. */
export function createProviderStorage(): ProviderStorage {
  const entries = new Map<string, Entry>()
  const all: ProviderStorage['all'] = (model) =>
    [...entries.values()].filter((entry) => entry.model === model).map(({ payload }) => payload)
  const put: ProviderStorage['put'] = (model, id, payload) => {
    entries.set(`${model}:${id}`, { model, payload: { ...payload } })
  }
  return {
    all,
    put,
    adapter: (model) => ({
      upsert: async (id: string, payload: Record<string, unknown>) => put(model, id, payload),
      find: async (id: string) => entries.get(`${model}:${id}`)?.payload,
      findByUid: async (uid: string) => all(model).find((payload) => payload['uid'] === uid),
      findByUserCode: async () => undefined,
      consume: async (id: string) => {
        Object.assign(entries.get(`${model}:${id}`)?.payload ?? {}, { consumed: Math.floor(Date.now() / 1000) })
      },
      destroy: async (id: string) => {
        entries.delete(`${model}:${id}`)
      },
      revokeByGrantId: async (grantId: string) => {
        for (const [key, entry] of entries) {
          if (entry.model === model && entry.payload['grantId'] === grantId) entries.delete(key)
        }
      },
    }),
  }
}
