import { signedIn } from '../ask/guarded.ts'
import { login } from '../ask/sign-in.ts'
import { MEMORY, onFastify, SEALED, USUAL } from './entry.ts'
import type { Scenario } from './scenario.ts'

/** What should not depend on how much there is. */
export const GROWTH: readonly Scenario[] = [
  {
    name: 'start of login, by number of providers',
    floor: '/redirect',
    entries: [1, 10, 100, 1000].map((providers) =>
      onFastify(login, { ...SEALED, providers }, `${providers} provider${providers === 1 ? '' : 's'}`),
    ),
  },
  {
    name: 'signed in, by number of providers',
    floor: '/open',
    entries: [1, 10, 100, 1000].map((providers) =>
      onFastify(signedIn(USUAL), { ...SEALED, providers }, `${providers} provider${providers === 1 ? '' : 's'}`),
    ),
  },
  {
    name: 'signed in, by size of the session',
    floor: '/open',
    entries: [
      onFastify(signedIn(120), SEALED, '0.5 KB'),
      onFastify(signedIn(USUAL), SEALED, '1.2 KB'),
      onFastify(signedIn(2_000), SEALED, '3 KB'),
      onFastify(signedIn(5_750), SEALED, '8 KB'),
    ],
  },
  {
    name: 'signed in, by number of stored sessions',
    floor: '/open',
    entries: [0, 5_000].map((beside) => onFastify(signedIn(USUAL, { beside }), MEMORY, `beside ${beside} others`)),
  },
]
