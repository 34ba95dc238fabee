import type { Advisory } from './advisory.ts'

export const SESSIONS: readonly Advisory[] = [
  {
    ids: ['CVE-2023-35941'],
    attack: 'what is authenticated can be cut in two ways',
    triedBy: {
      'packages/core/src/crypto/seal.test.ts': [
        'keeps name and text apart: no pair of names makes the same associated data',
      ],
      'integration/rows/sc.test.ts': ['ends when its time is over, however active it is, and is not refreshed then'],
    },
  },
  {
    ids: ['CVE-2026-47775', 'iron-session 8, version marker'],
    attack: 'a padding oracle, or a format that nothing authenticates',
    triedBy: {
      'packages/core/src/crypto/seal.test.ts': [
        'does not open with any one bit of its payload flipped',
        'does not open in a format of another version',
        'is AES-256-GCM with a full tag',
      ],
      'integration/rows/sc.test.ts': [
        'shows nothing of what it holds, and opens no more when a single character is changed (SC-09)',
        'that is broken is answered in one way, whatever is broken about it',
      ],
    },
  },
  {
    ids: ['CVE-2021-32791'],
    attack: 'an IV, or the associated data, is always the same',
    triedBy: {
      'packages/core/src/crypto/seal.test.ts': [
        'over a million seals of one text',
        'does not open under another name, however alike',
      ],
    },
  },
  {
    ids: ['CVE-2025-46344', 'CVE-2025-47275', 'CVE-2024-31999', 'CVE-2024-35220'],
    attack: 'no end inside the seal, or a short tag',
    triedBy: {
      'integration/rows/sc.test.ts': [
        'ends when its time is over, however active it is, and is not refreshed then',
        'does not come back after signing out, from a copy of its cookie',
      ],
      'packages/core/src/crypto/seal.test.ts': ['does not open truncated at either end'],
      'packages/core/src/session/sealed.test.ts': ['and not in a copy of the old one'],
    },
  },
  {
    ids: ['CVE-2025-55162'],
    attack: 'a cookie is deleted with other attributes than it was set with',
    triedBy: {
      'packages/core/src/session/sealed.test.ts': [
        'is set Secure, HttpOnly, for the root path and no domain, as is its deletion',
      ],
      'integration/rows/lo.test.ts': ['ends the session and every part of its cookie (LO-01)'],
      'integration/rows/sc.test.ts': [
        'has cookies that are Secure, HttpOnly, host-only and Lax, all its life (SC-01, SC-03)',
      ],
      'packages/core/src/transaction/cookie.test.ts': ['is set and deleted with the same attributes'],
    },
  },
  {
    ids: ['CVE-2025-48947', 'CVE-2025-64762'],
    attack: 'a shared cache keeps a session cookie',
    triedBy: {
      'integration/reverse-proxy/guarding.test.ts': [
        'renews a session that is used, but with no response that a shared cache may keep',
      ],
      'integration/rows/sc.test.ts': ['is not renewed on a response that others may keep (SC-16)'],
      'integration/rows/hd.test.ts': [
        'carries no-store wherever it sets a cookie, on pages of the application too (HD-01)',
      ],
    },
  },
  {
    ids: ['CVE-2023-28625', 'CVE-2024-24814', 'CVE-2025-3891'],
    attack: 'a crafted cookie, a count of parts, an empty form',
    triedBy: {
      'packages/core/src/session/chunk.test.ts': ['are none with a count of %j'],
      'integration/rows/ds.test.ts': ['is not impressed by %s (DS-02, DS-04)'],
      'integration/rows/cb.test.ts': ['is refused as an empty form, and the next is taken (CB-13, CVE-2025-3891)'],
      'packages/core/src/http/cookie.test.ts': ['never throws, and sees what a slow and simple parser sees'],
      'integration/rows/sc.test.ts': [
        'is not slowed down by as many names that look like its parts as a header can hold',
      ],
    },
  },
  {
    ids: ['Parts of cookies: vouch-proxy, express-openid-connect, oauth2-proxy'],
    attack: 'parts of a cookie that are malformed, or left over',
    triedBy: {
      'integration/rows/sc.test.ts': [
        'whose parts are dropped, swapped, mixed or added to is no session',
        'that has become smaller leaves no part behind',
      ],
      'packages/core/src/session/chunk.test.ts': ['are no session with a part called %s beside them'],
    },
  },
  {
    ids: ['GHSA-59jp-rwph-878r', 'CVE-2025-31492'],
    attack: 'what is guarded is sent although the guard has answered',
    triedBy: {
      'integration/forward/session.test.ts': ['reaches no target without a session (PX-24)'],
      'integration/rows/gu.test.ts': [
        'denies when the application’s own question throws, and says nothing of it (GU-03)',
      ],
      'integration/fuzz/guarded-route.test.ts': ['on %s, the route that is guarded is the route that is run'],
    },
  },
  {
    ids: ['GHSA-8fpg-xm3f-6cx3'],
    attack: 'an error is taken for a session',
    triedBy: {
      'integration/rows/gu.test.ts': [
        'denies when the store of sessions throws what it should not (GU-03)',
        'denies a signed-in user whose store fails %s (GU-03)',
        'lets nobody in while its provider is configured wrongly',
      ],
      'integration/rows/cf.test.ts': ['ends the process that it was written for with a message that names it (CF-07)'],
    },
  },
  {
    ids: ['CVE-2022-29228', 'CVE-2026-48090'],
    attack: 'a client leaves in the middle',
    triedBy: {
      'integration/forward/streaming.test.ts': ['nobody waits for any more ends at the target (PX-17)'],
      'integration/rows/cb.test.ts': [
        'that is reloaded while the token endpoint is slow is one exchange, and the reload signs in (CB-10)',
      ],
      'integration/rows/rf.test.ts': [
        'is finished for a client that has left, and nothing of it is lost (CVE-2022-29228)',
      ],
    },
  },
  {
    ids: ['nextjs-auth0 #2530'],
    attack: 'activity brings back a session that was signed out',
    triedBy: {
      'integration/rows/sc.test.ts': [
        'is not brought back by a slow request that began before it was ended (SC-18)',
        'is not brought back into its store by a slow request either',
      ],
    },
  },
  {
    ids: ['Auth.js, a basePath that is changed'],
    attack: 'one gateway changes what another goes by',
    triedBy: {
      'integration/rows/lg.test.ts': [
        'is made of options that are still the caller’s own (LG-06)',
        'that are each mounted twice, and asked at once, never mix up their paths and cookies',
      ],
      'packages/fastify/src/plugin.test.ts': ['serves two gateways under two names, each with its own visitors'],
      'packages/core/src/gateway.test.ts': ['keep their cookies apart, whether or not they share a secret'],
    },
  },
]

export const TOKENS: readonly Advisory[] = [
  {
    ids: ['CVE-2022-29226'],
    attack: 'any access token is a session',
    triedBy: {
      'integration/forward/session.test.ts': ['reaches no target without a session (PX-24)'],
      'integration/rows/sc.test.ts': ['has an id that nobody made up'],
      'integration/rows/gu.test.ts': ['takes no token for a session, not even one the provider gave out for its user'],
    },
  },
  {
    ids: ['CVE-2025-67490', 'CVE-2026-40155', 'CVE-2024-51987', 'CVE-2025-26620'],
    attack: 'the token of another user comes out of a shared request',
    triedBy: {
      'integration/race/many-users.test.ts': ['each get a token of their own, whoever else asks'],
      'integration/forward/session.test.ts': [
        'goes with a token of their own, a hundred users at once over connections that they share',
      ],
      'packages/core/src/flow/renewal-flights.test.ts': ['is not shared with %s'],
    },
  },
  {
    ids: ['GHSA-rp9m-7r4c-75qg'],
    attack: 'a cache of what was verified is asked by less than the whole',
    triedBy: {
      'packages/core/src/session/memo.test.ts': [
        'is never given for another text, not even for one with the same authentication tag',
      ],
    },
  },
  {
    ids: ['CVE-2026-50631'],
    attack: 'two refreshes at once',
    triedBy: {
      'integration/race/one-process.test.ts': [
        'presents each refresh token once, fails no request and signs nobody out',
      ],
      'integration/rows/rf.test.ts': ['is done once by two of them with twenty-five requests each (RF-04)'],
    },
  },
  {
    ids: ['CVE-2022-31690'],
    attack: 'an empty scope is taken for all that was asked',
    triedBy: {
      'integration/rows/te.test.ts': [
        'with a scope says what was granted: less than was asked for, and guards know it (TE-15)',
      ],
      'packages/core/src/flow/refreshed-grant.test.ts': ['has of the scope %j only what the sign-in had: %j'],
    },
  },
  {
    ids: ['CVE-2024-39315', 'GO-2024-2965', '@hono/oidc-auth, a readable refresh token'],
    attack: 'a page, a cookie or a log holds a token',
    triedBy: {
      'integration/rows/lg.test.ts': ['holds no token, code, verifier, secret or cookie of a whole visit'],
      'integration/rows/sc.test.ts': [
        'tells a page’s own scripts who is signed in, and no token (SC-15)',
        'shows nothing of what it holds, and opens no more when a single character is changed (SC-09)',
      ],
    },
  },
  {
    ids: ['GO-2022-0783', 'GO-2022-0827'],
    attack: 'a token stands in an address, or nobody verifies what is passed on',
    triedBy: {
      'integration/rows/te.test.ts': [
        'is followed by userinfo with the token in a header, never in the address (TE-20)',
      ],
      'integration/forward/target.test.ts': ['loses a token in its query, and nothing else (PX-05)'],
      'integration/rows/sc.test.ts': [
        'shows nothing of what it holds, and opens no more when a single character is changed (SC-09)',
      ],
    },
  },
  {
    ids: [
      'CVE-2026-82462',
      'CVE-2026-82461',
      'CVE-2021-44878',
      'GHSA-wcvh-g65p-v576',
      'CVE-2026-22817',
      'CVE-2026-22818',
    ],
    attack: 'tokens of the front channel, and algorithms that a token chooses',
    triedBy: {
      'integration/rows/cb.test.ts': ['makes no credential of the tokens it brings (CB-16)'],
      'integration/rows/id.test.ts': [
        'with HS256, keyed with the public key (ID-06)',
        'with none (ID-06)',
        'is checked with the pinned algorithm when the metadata offers',
        'is not checked with keys that are not for it',
        'and then changed in its claims (ID-05)',
      ],
    },
  },
  {
    ids: ['Jenkins oic-auth'],
    attack: 'nobody looks at audience or issuer, and names differ in case',
    triedBy: {
      'integration/rows/id.test.ts': ['for another client (ID-02)', 'of another issuer (ID-01)'],
      'packages/core/src/flow/exchange.test.ts': ['is taken as it is otherwise: ids are compared, never folded'],
      'integration/rows/te.test.ts': ['of the same sub in other letters'],
    },
  },
  {
    ids: ['CVE-2026-82463', 'GHSA-652x-m2gr-hppm'],
    attack: 'a rule that is turned round, or silently ignored',
    triedBy: {
      'packages/koa/src/guard.test.ts': ['refuses a requirement that asks for nothing it knows'],
      'packages/fastify/src/guard.test.ts': ['refuses a requirement that asks for nothing it knows'],
      'integration/rows/cf.test.ts': [
        'ends the process that it was written for with a message that names it (CF-07)',
        'is refused at start-up by name: %s',
      ],
      'packages/core/src/guard/admit.test.ts': ['never passes: %s', 'is judged by the one that vouched for the user'],
      'packages/core/src/guard/evaluate.test.ts': ['of scopes asks for every one of them, whole'],
    },
  },
  {
    ids: ['nextjs-auth0 #2707'],
    attack: 'max_age is asked for and not enforced',
    triedBy: {
      'integration/rows/id.test.ts': [
        'that was asked for with max_age is refused when the user authenticated %s (ID-14)',
      ],
    },
  },
  {
    ids: ['CVE-2026-82465', 'mod_auth_openidc 2026: logout tokens'],
    attack: 'logout tokens that anybody makes, or shows again',
    triedBy: {
      'integration/rows/bl.test.ts': [
        'ends nothing by a token %s',
        'takes a token that was shown before as seen, a thousand times (BL-12)',
      ],
      'integration/rows/fl.test.ts': [
        'is no way for a link of another site to sign somebody out (LO-02)',
        'ends nothing when the issuer is another’s',
        'revokes no token: anybody can load it who knows the sid',
      ],
    },
  },
  {
    ids: ['mod_auth_openidc 2026: limits of parsers'],
    attack: 'a large answer, an odd lifetime, a line break in a token',
    triedBy: {
      'integration/rows/te.test.ts': [
        'is dropped before it fills the memory (TE-08)',
        'makes a session that can be used, and is not renewed in a loop (TE-14)',
        'is none, and no later call is broken by it (TE-13)',
      ],
      'integration/rows/id.test.ts': ['and in five parts, as if encrypted (ID-17)'],
      'integration/forward/request-headers.test.ts': [
        'carry what a user is called as one line, whatever it is (PX-10)',
      ],
    },
  },
]
