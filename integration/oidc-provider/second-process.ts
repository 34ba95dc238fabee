import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { AdapterName, Application } from './application.ts'
import type { OpenIdProvider } from './openid-provider.ts'
import type { ProviderOptions } from './provider-definition.ts'

/** Another process that serves an application, at an address of its own: cookies know no ports. */
export interface SecondProcess {
  readonly origin: string
  /** Lets time pass for its gateway. */
  pass(seconds: number): Promise<void>
  close(): Promise<void>
}

/** What the process is told before it starts. */
export interface SecondProcessFacts extends ProviderOptions {
  readonly adapter: AdapterName
  readonly origin: string
  readonly issuer: string
  readonly clientId: string
  readonly redis: { readonly url: string; readonly prefix: string }
}

/** Starts one beside `application`, with the same configuration and the same store. */
export async function startSecondProcess(
  adapter: AdapterName,
  { origin }: Application,
  { issuer, storage }: OpenIdProvider,
  redis: SecondProcessFacts['redis'],
  options: ProviderOptions = {},
): Promise<SecondProcess> {
  const client = storage.all('Client').find(({ redirect_uris: uris }) => String(uris).startsWith(`${origin}/`))
  const told: SecondProcessFacts = {
    ...options,
    adapter,
    origin,
    issuer,
    clientId: String(client?.['client_id']),
    redis,
  }
  const child = fork(new URL('./application-process.ts', import.meta.url), [JSON.stringify(told)], {
    execArgv: ['--conditions=source'],
  })
  return {
    origin: await answerOf(child),
    async pass(seconds) {
      child.send(seconds)
      await answerOf(child)
    },
    async close() {
      child.disconnect()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

async function answerOf(child: ChildProcess): Promise<string> {
  const exited = once(child, 'exit').then(() => Promise.reject(new Error('The second process has ended')))
  const [answer] = await Promise.race([once(child, 'message'), exited])
  return String(answer)
}
