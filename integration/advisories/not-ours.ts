import type { NotOurs } from './advisory.ts'

export const NOT_OURS: readonly NotOurs[] = [
  {
    ids: ['CVE-2026-92395', 'CVE-2026-90711'],
    why: 'Which proxies are trusted is the framework’s to say: no list of addresses is read here.',
  },
  {
    ids: ['CVE-2021-41230'],
    why: 'Claims are not changed by a refresh: a session holds what was true when its user signed in, and says when.',
  },
  {
    ids: ['CVE-2026-40574', 'GHSA-c5c4-8r6x-56w3', 'GHSA-7rqj-j65f-68wh'],
    why: 'No rule goes by an e-mail address, and none is an identity.',
  },
  { ids: ['CVE-2022-24797'], why: 'There is no listener for metrics or diagnostics.' },
  {
    ids: ['CVE-2023-27495', 'CVE-2023-29020'],
    why: 'There are no anti-forgery tokens: the browser’s own evidence stands in for them.',
  },
  {
    ids: ['GHSA-g38m-r43w-p2q7'],
    why: 'No route links accounts: a sign-in makes a new session, whoever was signed in.',
  },
]
