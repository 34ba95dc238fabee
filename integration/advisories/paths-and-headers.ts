import type { Advisory } from './advisory.ts'

export const PATHS: readonly Advisory[] = [
  {
    ids: ['CVE-2026-40575', 'GHSA-7x63-xv5r-3p2x'],
    attack: 'X-Forwarded-Uri picks the rule',
    triedBy: [
      'is not talked out of it by headers that speak of another address (GU-02)',
      'is closed whatever a client says that the request was (CVE-2026-40575',
    ],
  },
  {
    ids: ['CVE-2026-76835'],
    attack: 'forwarded headers are trusted by default',
    triedBy: [
      'is not talked out of it by headers that speak of another address (GU-02)',
      'comes from configuration alone, whatever %s says (HO-01, HO-02)',
    ],
  },
  {
    ids: ['CVE-2025-54576', 'GHSA-7rh7-c77v-6434'],
    attack: 'a rule is matched against the query too',
    triedBy: [
      'stands before what it guards, however the address is written',
      'leaves out query, fragment, and the origin',
    ],
  },
  {
    ids: ['GHSA-pxq7-h93f-9jrg'],
    attack: 'a fragment, or an encoded one, in the path',
    triedBy: [
      'stands before what it guards, however the address is written',
      'leaves out query, fragment, and the origin',
    ],
  },
  {
    ids: ['CVE-2026-34457', 'GHSA-5hvv-m4w4-gf6v'],
    attack: 'a health check’s User-Agent passes',
    triedBy: [
      'makes no exception for a visitor who calls itself',
      'is closed whatever a client says that the request was (CVE-2026-40575, CVE-2026-34457)',
    ],
  },
  {
    ids: ['CVE-2026-33494'],
    attack: 'dot segments between the matcher and the target',
    triedBy: ['that could be read in two ways is refused (PX-02, CVE-2026-33494'],
  },
  {
    ids: ['CVE-2023-33189', 'GHSA-pvrc-wvj2-f59p'],
    attack: 'the route that is guarded is not the route that is run',
    triedBy: [
      'on %s, the route that is guarded is the route that is run',
      'stands before what it guards, however the address is written',
    ],
  },
  {
    ids: ['CVE-2026-22031', 'CVE-2026-2880'],
    attack: 'an encoded path skips middleware of a prefix',
    triedBy: [
      'is what the core sees, under every option of the router (CVE-2026-22031)',
      'on %s, the route that is guarded is the route that is run',
      'stands before what it guards, however the address is written',
    ],
  },
  {
    ids: ['CVE-2026-33808', 'CVE-2026-112362', 'GHSA-g6q3-96cp-5r5m', 'CVE-2026-6414'],
    attack: 'an absolute-form target, or an encoded path, skips a guard',
    triedBy: [
      'never chooses where a token goes (PX-01, CVE-2021-21321, CVE-2026-33808)',
      'on %s, the route that is guarded is the route that is run',
      'stands before what it guards, however the address is written',
    ],
  },
  {
    ids: ['CVE-2026-16117'],
    attack: 'an encoded prefix matches and is not rewritten',
    triedBy: ['reaches no prefix in any other spelling (CVE-2026-16117)'],
  },
  {
    ids: ['CVE-2026-120213'],
    attack: 'decoded parameters are put into the target’s path',
    triedBy: [
      'of any shape stays within the base path of the target',
      'keeps encoded slashes where that was asked for',
    ],
  },
  {
    ids: ['CVE-2021-21321', 'CVE-2021-21322'],
    attack: 'a crafted address leaves the prefix',
    triedBy: [
      'never chooses where a token goes (PX-01, CVE-2021-21321',
      'that could be read in two ways is refused (PX-02, CVE-2026-33494, CVE-2021-21322)',
      'of any shape stays within the base path of the target',
    ],
  },
  {
    ids: ['CVE-2026-16158'],
    attack: 'a cache of addresses mixes targets up',
    triedBy: [
      'are shared by those who ask alike, and by nobody else (CVE-2026-16158)',
      'with a token of one provider never reaches the API of another (PX-21)',
    ],
  },
  {
    ids: ['CVE-2026-107318'],
    attack: 'certificates of targets are not verified',
    triedBy: ['never sees a token (CVE-2026-107318)'],
  },
  {
    ids: ['GHSA-x732-6j76-qmhm'],
    attack: 'a double slash is another path to the guard than to the router',
    triedBy: [
      'stands before what it guards, however the address is written',
      'reaches no prefix in any other spelling',
    ],
  },
]

export const HEADERS: readonly Advisory[] = [
  {
    ids: ['CVE-2025-64484', 'GHSA-vjrc-mh2v-45x6', 'GHSA-5m6w-wvh7-57vm'],
    attack: 'identity headers in another spelling',
    triedBy: ['say nothing for which a client could speak (PX-06, CVE-2025-64484', 'takes no identity from the client'],
  },
  {
    ids: ['GHSA-6384-m2mw-rf54'],
    attack: 'X-Forwarded-Prefix moves a redirect',
    triedBy: ['comes from configuration alone, whatever %s says (HO-01, HO-02)'],
  },
  {
    ids: ['CVE-2024-45410', 'CVE-2025-48865'],
    attack: 'Connection names the proxy’s own headers',
    triedBy: [
      'keep ours whatever Connection names, and lose what it names of the browser (PX-07',
      'keeps the identity that the client calls hop-by-hop (CVE-2024-45410)',
    ],
  },
  {
    ids: ['CVE-2026-71849'],
    attack: 'response headers named in Connection get through',
    triedBy: ['end at this hop where they are for it, or named in Connection (PX-07, CVE-2026-71849)'],
  },
  {
    ids: ['mod_auth_openidc 2.1.5'],
    attack: 'identity headers are not removed where nobody is signed in',
    triedBy: ['is open where the proxy says so, without an identity', 'reaches no target without a session (PX-24)'],
  },
  {
    ids: ['Spring TokenRelay'],
    attack: 'the client’s own Authorization goes through',
    triedBy: ['hold one Authorization, and it is ours (PX-05)'],
  },
  {
    ids: ['CVE-2026-27959', 'CVE-2026-3635'],
    attack: 'Host, or a forwarded host, moves an address',
    triedBy: [
      'comes from configuration alone, whatever %s says (HO-01, HO-02)',
      'is asked for with one Host line, or not at all (HO-01, PX-11)',
    ],
  },
  {
    ids: ['CVE-2026-84428', 'CVE-2026-107832'],
    attack: 'a header rule with capitals never matches',
    triedBy: [
      'is refused before the target hears of it, whatever its method (PX-08)',
      'and no other evidence is answered with',
    ],
  },
  {
    ids: ['GHSA-p6v2-xcpg-h6xw', 'CVE-2026-45364'],
    attack: 'a rate limit believes X-Forwarded-For',
    triedBy: ['nor can it be somebody else to a rate limit (HO-05)'],
  },
  {
    ids: ['CVE-2025-25200'],
    attack: 'a hostile header is slow to read',
    triedBy: ['reads hostile text in no time (DS-05)', 'is not impressed by %s (DS-02, DS-04)'],
  },
  {
    ids: ['GHSA-xmf8-cvqr-rfgj'],
    attack: 'a header with a broken escape throws',
    triedBy: ['is nobody, and no error: %s', 'reaches no target without a session (PX-24)'],
  },
  {
    ids: ['CVE-2026-9495'],
    attack: 'a router drops its middleware under a prefix with a parameter',
    triedBy: ['on %s, the route that is guarded is the route that is run'],
  },
]
