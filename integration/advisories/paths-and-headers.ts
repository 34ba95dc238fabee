import type { Advisory } from './advisory.ts'

export const PATHS: readonly Advisory[] = [
  {
    ids: ['CVE-2026-40575', 'GHSA-7x63-xv5r-3p2x'],
    attack: 'X-Forwarded-Uri picks the rule',
    triedBy: {
      'integration/rows/gu.test.ts': ['is not talked out of it by headers that speak of another address (GU-02)'],
      'integration/reverse-proxy/guarding.test.ts': [
        'is closed whatever a client says that the request was (CVE-2026-40575',
      ],
    },
  },
  {
    ids: ['CVE-2026-76835'],
    attack: 'forwarded headers are trusted by default',
    triedBy: {
      'integration/rows/gu.test.ts': ['is not talked out of it by headers that speak of another address (GU-02)'],
      'integration/rows/ho.test.ts': ['comes from configuration alone, whatever %s says (HO-01, HO-02)'],
    },
  },
  {
    ids: ['CVE-2025-54576', 'GHSA-7rh7-c77v-6434'],
    attack: 'a rule is matched against the query too',
    triedBy: {
      'integration/rows/gu.test.ts': ['stands before what it guards, however the address is written'],
      'packages/node/src/route.test.ts': ['leaves out query, fragment, and the origin'],
    },
  },
  {
    ids: ['GHSA-pxq7-h93f-9jrg'],
    attack: 'a fragment, or an encoded one, in the path',
    triedBy: {
      'integration/rows/gu.test.ts': ['stands before what it guards, however the address is written'],
      'packages/node/src/route.test.ts': ['leaves out query, fragment, and the origin'],
    },
  },
  {
    ids: ['CVE-2026-34457', 'GHSA-5hvv-m4w4-gf6v'],
    attack: 'a health check’s User-Agent passes',
    triedBy: {
      'integration/rows/gu.test.ts': ['makes no exception for a visitor who calls itself'],
      'integration/reverse-proxy/guarding.test.ts': [
        'is closed whatever a client says that the request was (CVE-2026-40575, CVE-2026-34457)',
      ],
    },
  },
  {
    ids: ['CVE-2026-33494'],
    attack: 'dot segments between the matcher and the target',
    triedBy: {
      'integration/forward/target.test.ts': [
        'that could be read in two ways is refused (PX-02, CVE-2026-33494',
        'of any shape stays within the base path of the target',
      ],
    },
  },
  {
    ids: ['CVE-2023-33189', 'GHSA-pvrc-wvj2-f59p'],
    attack: 'the route that is guarded is not the route that is run',
    triedBy: {
      'integration/fuzz/guarded-route.test.ts': ['on %s, the route that is guarded is the route that is run'],
      'integration/rows/gu.test.ts': ['stands before what it guards, however the address is written'],
    },
  },
  {
    ids: ['CVE-2026-22031', 'CVE-2026-2880'],
    attack: 'an encoded path skips middleware of a prefix',
    triedBy: {
      'integration/forward/fastify.test.ts': [
        'is what the core sees, under every option of the router (CVE-2026-22031)',
      ],
      'integration/fuzz/guarded-route.test.ts': ['on %s, the route that is guarded is the route that is run'],
      'integration/rows/gu.test.ts': ['stands before what it guards, however the address is written'],
    },
  },
  {
    ids: ['CVE-2026-33808', 'CVE-2026-112362', 'GHSA-g6q3-96cp-5r5m', 'CVE-2026-6414'],
    attack: 'an absolute-form target, or an encoded path, skips a guard',
    triedBy: {
      'integration/forward/target.test.ts': [
        'never chooses where a token goes (PX-01, CVE-2021-21321, CVE-2026-33808)',
      ],
      'integration/fuzz/guarded-route.test.ts': ['on %s, the route that is guarded is the route that is run'],
      'integration/rows/gu.test.ts': ['stands before what it guards, however the address is written'],
    },
  },
  {
    ids: ['CVE-2026-16117'],
    attack: 'an encoded prefix matches and is not rewritten',
    triedBy: {
      'integration/forward/target.test.ts': ['reaches no prefix in any other spelling (CVE-2026-16117)'],
    },
  },
  {
    ids: ['CVE-2026-120213'],
    attack: 'decoded parameters are put into the target’s path',
    triedBy: {
      'integration/forward/target.test.ts': [
        'of any shape stays within the base path of the target',
        'keeps encoded slashes where that was asked for',
        'arrives byte for byte where there is nothing to object to (PX-03)',
      ],
    },
  },
  {
    ids: ['CVE-2021-21321', 'CVE-2021-21322'],
    attack: 'a crafted address leaves the prefix',
    triedBy: {
      'integration/forward/target.test.ts': [
        'never chooses where a token goes (PX-01, CVE-2021-21321',
        'that could be read in two ways is refused (PX-02, CVE-2026-33494, CVE-2021-21322)',
        'of any shape stays within the base path of the target',
        'that names another host inside stays on the target',
      ],
    },
  },
  {
    ids: ['CVE-2026-16158'],
    attack: 'a cache of addresses mixes targets up',
    triedBy: {
      'packages/node/src/forward/pools.test.ts': [
        'are shared by those who ask alike, and by nobody else (CVE-2026-16158)',
        'are told apart also where their limits, written one after the other, would read the same',
      ],
      'integration/forward/session.test.ts': ['with a token of one provider never reaches the API of another (PX-21)'],
      'packages/core/src/flow/renewal-flights.test.ts': ['is not shared with %s'],
    },
  },
  {
    ids: ['CVE-2026-107318'],
    attack: 'certificates of targets are not verified',
    triedBy: {
      'integration/forward/tls.test.ts': ['never sees a token (CVE-2026-107318)'],
    },
  },
  {
    ids: ['GHSA-x732-6j76-qmhm'],
    attack: 'a double slash is another path to the guard than to the router',
    triedBy: {
      'integration/rows/gu.test.ts': ['stands before what it guards, however the address is written'],
      'integration/forward/target.test.ts': ['reaches no prefix in any other spelling'],
    },
  },
]

export const HEADERS: readonly Advisory[] = [
  {
    ids: ['CVE-2025-64484', 'GHSA-vjrc-mh2v-45x6', 'GHSA-5m6w-wvh7-57vm'],
    attack: 'identity headers in another spelling',
    triedBy: {
      'integration/forward/request-headers.test.ts': [
        'say nothing for which a client could speak (PX-06, CVE-2025-64484',
      ],
      'integration/reverse-proxy/guarding.test.ts': ['takes no identity from the client'],
    },
  },
  {
    ids: ['GHSA-6384-m2mw-rf54'],
    attack: 'X-Forwarded-Prefix moves a redirect',
    triedBy: {
      'integration/rows/ho.test.ts': ['comes from configuration alone, whatever %s says (HO-01, HO-02)'],
    },
  },
  {
    ids: ['CVE-2024-45410', 'CVE-2025-48865'],
    attack: 'Connection names the proxy’s own headers',
    triedBy: {
      'integration/forward/request-headers.test.ts': [
        'keep ours whatever Connection names, and lose what it names of the browser (PX-07',
      ],
      'integration/reverse-proxy/guarding.test.ts': [
        'keeps the identity that the client calls hop-by-hop (CVE-2024-45410)',
      ],
    },
  },
  {
    ids: ['CVE-2026-71849'],
    attack: 'response headers named in Connection get through',
    triedBy: {
      'integration/forward/response-headers.test.ts': [
        'end at this hop where they are for it, or named in Connection (PX-07, CVE-2026-71849)',
      ],
      'integration/forward/request-headers.test.ts': [
        'keep ours whatever Connection names, and lose what it names of the browser (PX-07',
      ],
    },
  },
  {
    ids: ['mod_auth_openidc 2.1.5'],
    attack: 'identity headers are not removed where nobody is signed in',
    triedBy: {
      'integration/reverse-proxy/guarding.test.ts': [
        'is open where the proxy says so, without an identity',
        'takes no identity from the client',
      ],
      'integration/forward/request-headers.test.ts': [
        'say nothing about the user where the gateway was not asked to (PX-06)',
      ],
    },
  },
  {
    ids: ['Spring TokenRelay'],
    attack: 'the client’s own Authorization goes through',
    triedBy: {
      'integration/forward/request-headers.test.ts': ['hold one Authorization, and it is ours (PX-05)'],
    },
  },
  {
    ids: ['CVE-2026-27959', 'CVE-2026-3635', 'Fastify 5.8.3, request.host'],
    attack: 'Host, or a forwarded host, moves an address',
    triedBy: {
      'integration/rows/ho.test.ts': [
        'comes from configuration alone, whatever %s says (HO-01, HO-02)',
        'is asked for with one Host line, or not at all (HO-01, PX-11)',
      ],
      'packages/fastify/src/routes.test.ts': [
        'lie where the configuration says, whatever a client forwards and whichever proxies are trusted',
      ],
      'packages/koa/src/reply.test.ts': ['are Secure behind a TLS proxy, whether the application trusts it or not'],
    },
  },
  {
    ids: ['CVE-2026-84428', 'CVE-2026-107832'],
    attack: 'a header rule with capitals never matches',
    triedBy: {
      'integration/forward/cross-site.test.ts': [
        'is refused before the target hears of it, whatever its method (PX-08)',
      ],
      'integration/rows/lo.test.ts': ['and no other evidence is answered with'],
    },
  },
  {
    ids: ['GHSA-p6v2-xcpg-h6xw', 'CVE-2026-45364'],
    attack: 'a rate limit believes X-Forwarded-For',
    triedBy: {
      'integration/rows/ho.test.ts': ['nor can it be somebody else to a rate limit (HO-05)'],
      'packages/core/src/flow/rate-limit.test.ts': ['is not evaded by the many addresses of one IPv6 network'],
    },
  },
  {
    ids: ['CVE-2025-25200'],
    attack: 'a hostile header is slow to read',
    triedBy: {
      'integration/rows/ds.test.ts': [
        'reads hostile text in no time (DS-05)',
        'is not impressed by %s (DS-02, DS-04)',
        'reads a hundred kilobytes of any header or query in no time',
      ],
      'packages/core/src/http/cookie.test.ts': ['reads a million characters of %s in one pass'],
    },
  },
  {
    ids: ['GHSA-xmf8-cvqr-rfgj'],
    attack: 'a header with a broken escape throws',
    triedBy: {
      'packages/core/src/endpoint/session.test.ts': ['is nobody, and no error: %s'],
      'integration/forward/session.test.ts': ['reaches no target without a session (PX-24)'],
      'integration/rows/gu.test.ts': ['takes no token for a session'],
    },
  },
  {
    ids: ['CVE-2026-9495'],
    attack: 'a router drops its middleware under a prefix with a parameter',
    triedBy: {
      'integration/fuzz/guarded-route.test.ts': ['on %s, the route that is guarded is the route that is run'],
    },
  },
]
