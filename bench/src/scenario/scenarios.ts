import { FORWARD } from './forward.ts'
import { GROWTH } from './growth.ts'
import { REFUSAL } from './refusal.ts'
import type { Scenario } from './scenario.ts'
import { SESSION } from './session.ts'
import { SIGN_IN } from './sign-in.ts'

/** Everything that can be measured under load. */
export const SCENARIOS: readonly Scenario[] = [...SESSION, ...SIGN_IN, ...FORWARD, ...REFUSAL, ...GROWTH]
