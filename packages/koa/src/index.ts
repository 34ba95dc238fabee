export { type GuardOptions, loadAuth, requireSignIn } from './guard.ts'
export { type PosternOptions, type PosternState, postern } from './middleware.ts'
