export type { GuardOptions } from '@postern/node'
export { type Guard, loadAuth, requireSignIn } from './guard.ts'
export { type PosternOptions, type PosternState, postern } from './middleware.ts'
