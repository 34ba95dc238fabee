import type { ProviderAddress } from '../contestant/contestant.ts'
import type { BurstResult } from '../load/load.ts'
import type { LoadAnswer, LoadRequest } from '../load/process.ts'
import { startWorker } from './process.ts'

/** What stays the same during a run: the providers, and who sends the load. */
export interface Stage {
  readonly provider: ProviderAddress
  /** Folder for CPU profiles of the servers. Absent where none are taken. */
  readonly profiles: string | undefined
  send(request: LoadRequest): Promise<BurstResult>
  stop(): Promise<void>
}

export async function openStage({ profiles }: Pick<Stage, 'profiles'>): Promise<Stage> {
  const provider = await startWorker({ module: new URL('../provider/process.ts', import.meta.url), core: 1 })
  const load = await startWorker({ module: new URL('../load/process.ts', import.meta.url), core: 1 })
  // Both are processes of ours, and say what their modules declare.
  const { origin } = (await provider.ask('origin')) as { readonly origin: string }
  return {
    profiles,
    provider: { origin, clientId: 'bench', clientSecret: 'bench-client-secret' },
    async send(request) {
      const answer = (await load.ask(request)) as LoadAnswer
      if ('error' in answer) throw new Error(answer.error)
      return answer
    },
    async stop() {
      await Promise.all([provider.stop(), load.stop()])
    },
  }
}
