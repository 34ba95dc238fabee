export { type GuardOptions, getAuth, loadAuth, requireSignIn } from './guard.ts'
export { default, type PosternOptions } from './plugin.ts'
