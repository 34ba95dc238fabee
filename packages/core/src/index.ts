export type {
  Gateway,
  ProvidersOf,
  Register,
  RegisteredGateway,
  SessionAdministration,
  Settlement,
  UserReference,
  Visit,
} from './contract.ts'
export type { ErrorClass, ErrorCode, ErrorDetail } from './error.ts'
export { ERRORS, GatewayError } from './error.ts'
export type { EventListener, GatewayEvent, SessionEnd, StartUpWarning } from './event.ts'
export { createGateway } from './gateway.ts'
export type { Requirement } from './guard/requirement.ts'
export type { Cookie, CookieAttributes } from './http/cookie.ts'
export { serializeCookie } from './http/cookie.ts'
export type { Decision, HeaderLine, Next, Reply } from './http/decision.ts'
export { isFramedPlainly } from './http/framing.ts'
export type {
  ChoosePage,
  ConfirmSignOutPage,
  ErrorPage,
  PageModel,
  PageOverrides,
  SignedOutPage,
} from './http/page/model.ts'
export type { GatewayRequest, RequestHeaders } from './http/request.ts'
export type { Route, RouteName } from './http/route.ts'
export type {
  GatewayOptions,
  SessionLimit,
  SessionOptions,
  SignInCandidate,
  SignInVerdict,
  TransactionOptions,
  VerifyOptions,
} from './options.ts'
export type { SentAnswer } from './protocol/answer.ts'
export type { Send, SendRequest } from './protocol/transport.ts'
export type { ClientAuthentication } from './provider/client-authentication.ts'
export type { OAuth2Facts, OidcFacts } from './provider/define-provider.ts'
export { defineProvider, insecureLoopback, plainCodeChallenge } from './provider/define-provider.ts'
export type {
  Capabilities,
  IdentifyContext,
  LoginParameter,
  OAuth2Endpoints,
  OAuth2Provider,
  OidcProvider,
  Provider,
  ProviderAnswer,
  ProviderFacts,
  ProviderFailure,
  ProviderRequest,
  SignatureAlgorithm,
  UserProfile,
} from './provider/provider.ts'
export type { Forward, ForwardedHead } from './proxy/forward.ts'
export type { IdentityHeaders } from './proxy/identity-headers.ts'
export type { ForwardLimits, ProxyOptions } from './proxy/options.ts'
export type { Anonymous, Auth, SignedIn, SignedInAs, UserOf } from './session/auth.ts'
export type { SessionSummary } from './session/summary.ts'
export type { SignInAs } from './sign-in-as.ts'
export { signInAs } from './sign-in-as.ts'
export type { MemoryStoreOptions } from './store/memory.ts'
export { memoryStore } from './store/memory.ts'
export type { Lease, NewRecord, PutCondition, PutResult, Store, StoredRecord } from './store/store.ts'
export { unknownNames } from './unknown-name.ts'
