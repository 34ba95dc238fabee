import { memoryStore, type Store } from '@postern/core'
import type { Arguments } from './arguments.ts'

/**
 * Where the demo keeps its sessions; `undefined` is in the browser's own cookie.
 *
 * @throws Error a sentence, when the environment lacks what the choice needs
 */
export async function chooseStore(
  kind: Arguments['store'],
  { REDIS_URL: url }: NodeJS.ProcessEnv,
): Promise<Store | undefined> {
  switch (kind) {
    case 'memory':
      return memoryStore()
    case 'sealed':
      return undefined
    case 'redis': {
      if (!url) throw new Error('--store redis needs REDIS_URL, like redis://localhost:6379/0.')
      // Loaded only here: the demo runs without Redis, and starts sooner without its client.
      const { redisStore } = await import('@postern/redis')
      return redisStore({ url, prefix: 'postern-demo' })
    }
  }
}
