export type {
  AdapterMount,
  AdapterUnderTest,
  ContractCase,
  ContractMethod,
  ContractResponse,
  ContractRoute,
  RunningAdapter,
} from './adapter-contract/adapter.ts'
export { adapterContract } from './adapter-contract/adapter-contract.ts'
export type { AniListClient, ClientRegistration } from './anilist/client.ts'
export type { AniListEndpoint } from './anilist/endpoint.ts'
export type { Engine } from './anilist/engine.ts'
export type { Fault, FaultName, Faults, FaultyEndpoint } from './anilist/fault.ts'
export type { StandInAniListOptions } from './anilist/options.ts'
export type { Denial } from './anilist/service.ts'
export type { StandInAniList } from './anilist/stand-in.ts'
export { startStandInAniList } from './anilist/stand-in.ts'
export type { AniListUser, ListEntry } from './anilist/user.ts'
export type { Browser, BrowserOptions, RawOptions } from './browser/browser.ts'
export { createBrowser } from './browser/browser.ts'
export type { CookieJar, RefusedCookie } from './browser/cookie-jar.ts'
export type { CookieContext, LoopbackTrust } from './browser/cookie-rule.ts'
export type { FollowOptions, Hop, Page, SubmitOptions } from './browser/page.ts'
export type { RawResponse } from './browser/raw.ts'
export type { StoredCookie } from './browser/stored-cookie.ts'
export type { EmbedOptions, FetchOptions, NavigateOptions, Tab } from './browser/tab.ts'
export type { Change } from './provider/change.ts'
export type { ScriptedClient, ScriptedClientAuthentication, ScriptedClientRegistration } from './provider/client.ts'
export type { Endpoint } from './provider/endpoint.ts'
export type { KeyAlgorithm } from './provider/key.ts'
export type { Listener, ListenerOptions } from './provider/listener.ts'
export { startListener } from './provider/listener.ts'
export type { LogoutTokenOptions } from './provider/logout-token.ts'
export type { Outcome, Override, OverrideFunction } from './provider/override.ts'
export { inTurn, once } from './provider/override.ts'
export type { IdTokenScript, IdTokenSigner, ProviderScript } from './provider/script.ts'
export type { ScriptedProvider, ScriptedProviderOptions } from './provider/scripted-provider.ts'
export { startScriptedProvider } from './provider/scripted-provider.ts'
export type {
  ContractCredentials,
  ProviderContractCase,
  ProviderUnderTest,
} from './provider-contract/provider-contract.ts'
export { providerContract } from './provider-contract/provider-contract.ts'
export type { CrashPoint, PlannedCrash, RaceOptions } from './race-kit/race.ts'
export { runRace } from './race-kit/race.ts'
export type { Presentation } from './race-kit/race-provider.ts'
export type { Crash, FailedRequest, LostSession, RaceReport } from './race-kit/report.ts'
export type { Answer, AnswerHeaders, Delivery, HttpAnswer, Pace, RawAnswer } from './server/answer.ts'
export { drip, html, json, redirect } from './server/answer.ts'
export { gzipBomb } from './server/gzip-bomb.ts'
export type { RecordedRequest } from './server/recorded-request.ts'
export { storeContract } from './store-contract/contract.ts'
export { sharedStoreContract } from './store-contract/shared-store-contract.ts'
export type {
  MakeSharedStore,
  MakeStore,
  SharedStoreCase,
  StoreContractCase,
  StoreModule,
} from './store-contract/store-under-test.ts'
