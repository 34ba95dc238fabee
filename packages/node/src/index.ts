export { claim } from './claim.ts'
export { type Closing, createClosing } from './closing.ts'
export { createEntrance, type Entrance } from './entrance.ts'
export type { Outcome } from './failures.ts'
export { FORM_OCTETS, readForm } from './form.ts'
export { createForwarding, type Forwarding } from './forward/forwarding.ts'
export {
  configuredGuard,
  type Guard,
  type GuardOptions,
  type LoadAuth,
  loadGuard,
  type RequireSignIn,
  signInGuard,
} from './guard.ts'
export { createHandler, type NextHandler } from './handler.ts'
export { lazyProperty } from './lazy-property.ts'
export { type LoggedRequest, loggedRequest } from './logged.ts'
export { methodsBesides } from './methods.ts'
export { addMount, type Mount, mountFor, mountsOf, nameTaken, refuseTaken } from './mount.ts'
export { readParsedForm } from './parsed-form.ts'
export { toGatewayRequest } from './request.ts'
export { checkRequirement } from './requirement.ts'
export { addLines, sendReply, settle, valueBeside, withHeaders } from './response.ts'
export { createPathMatcher, createPrefixMatcher, pathOf } from './route.ts'
export { withSettlement } from './thrown.ts'
export { pathsUnder, prefixesUnder } from './under-prefix.ts'
export { admitEveryone, authOf, settlementOf, type Verdict, visitOf, visitSoFar } from './visit.ts'
