export type { GuardOptions } from '@postern/node'
export { getAuth, loadAuth, requireSignIn } from './guard.ts'
export { default, type PosternOptions } from './plugin.ts'
