import type { Advisory } from './advisory.ts'

export const SESSIONS: readonly Advisory[] = [
  {
    ids: ['CVE-2023-35941'],
    attack: 'what is authenticated can be cut in two ways',
    triedBy: ['keeps name and text apart: no pair of names makes the same associated data'],
  },
  {
    ids: ['CVE-2026-47775', 'iron-session 8, version marker'],
    attack: 'a padding oracle, or a format that nothing authenticates',
    triedBy: [
      'does not open with any one bit of its payload flipped',
      'does not open in a format of another version',
      'shows nothing of what it holds, and opens no more when a single character is changed (SC-09)',
    ],
  },
  {
    ids: ['CVE-2021-32791'],
    attack: 'an IV, or the associated data, is always the same',
    triedBy: ['repeats no IV, and no sealed text', 'does not open under another name, however alike'],
  },
  {
    ids: ['CVE-2025-46344', 'CVE-2025-47275', 'CVE-2024-31999', 'CVE-2024-35220'],
    attack: 'no end inside the seal, or a short tag',
    triedBy: [
      'ends when its time is over, however active it is, and is not refreshed then',
      'does not open truncated at either end',
    ],
  },
  {
    ids: ['CVE-2025-55162'],
    attack: 'a cookie is deleted with other attributes than it was set with',
    triedBy: [
      'is set Secure, HttpOnly, for the root path and no domain, as is its deletion',
      'ends the session and every part of its cookie (LO-01)',
    ],
  },
  {
    ids: ['CVE-2025-48947', 'CVE-2025-64762'],
    attack: 'a shared cache keeps a session cookie',
    triedBy: ['(CVE-2025-48947)', 'is not renewed on a response that others may keep (SC-16)'],
  },
  {
    ids: ['CVE-2023-28625', 'CVE-2024-24814', 'CVE-2025-3891'],
    attack: 'a crafted cookie, a count of parts, an empty form',
    triedBy: [
      'is not slowed down by ten thousand names that look like its parts',
      'are none with a count of %j',
      'is not impressed by %s (DS-02, DS-04)',
      'is refused as an empty form, and the next is taken (CB-13, CVE-2025-3891)',
    ],
  },
  {
    ids: ['Parts of cookies: vouch-proxy, express-openid-connect, oauth2-proxy'],
    attack: 'parts of a cookie that are malformed, or left over',
    triedBy: [
      'whose parts are dropped, swapped, mixed or added to is no session',
      'that has become smaller leaves no part behind',
    ],
  },
  {
    ids: ['GHSA-59jp-rwph-878r', 'CVE-2025-31492'],
    attack: 'what is guarded is sent although the guard has answered',
    triedBy: [
      'reaches no target without a session (PX-24)',
      'denies when the application’s own question throws, and says nothing of it (GU-03)',
    ],
  },
  {
    ids: ['GHSA-8fpg-xm3f-6cx3'],
    attack: 'an error is taken for a session',
    triedBy: [
      'denies when the store of sessions throws what it should not (GU-03)',
      'denies a signed-in user whose store fails %s (GU-03)',
      'ends the process that it was written for with a message that names it (CF-07)',
    ],
  },
  {
    ids: ['CVE-2022-29228', 'CVE-2026-48090'],
    attack: 'a client leaves in the middle',
    triedBy: [
      'nobody waits for any more ends at the target (PX-17)',
      'that is reloaded while the token endpoint is slow is one exchange, and the reload signs in (CB-10)',
      'is finished for a client that has left, and nothing of it is lost (CVE-2022-29228)',
    ],
  },
  {
    ids: ['nextjs-auth0 #2530'],
    attack: 'activity brings back a session that was signed out',
    triedBy: [
      'is not brought back by a slow request that began before it was ended (SC-18)',
      'is not brought back into its store by a slow request either',
    ],
  },
  {
    ids: ['Auth.js, a basePath that is changed'],
    attack: 'one gateway changes what another goes by',
    triedBy: [
      'is made of options that are still the caller’s own (LG-06)',
      'serves two gateways under two names, each with its own visitors',
      'keep their cookies apart, whether or not they share a secret',
    ],
  },
]

export const TOKENS: readonly Advisory[] = [
  {
    ids: ['CVE-2022-29226'],
    attack: 'any access token is a session',
    triedBy: ['reaches no target without a session (PX-24)', 'has an id that nobody made up'],
  },
  {
    ids: ['CVE-2025-67490', 'CVE-2026-40155', 'CVE-2024-51987', 'CVE-2025-26620'],
    attack: 'the token of another user comes out of a shared request',
    triedBy: [
      'presents each refresh token once, fails no request and signs nobody out',
      'present each refresh token once, fail no request and sign nobody out',
      'are shared by those who ask alike, and by nobody else',
    ],
  },
  {
    ids: ['GHSA-rp9m-7r4c-75qg'],
    attack: 'a cache of what was verified is asked by less than the whole',
    triedBy: ['is never given for another text, not even for one with the same authentication tag'],
  },
  {
    ids: ['CVE-2026-50631'],
    attack: 'two refreshes at once',
    triedBy: [
      'presents each refresh token once, fails no request and signs nobody out',
      'is done once by two of them with twenty-five requests each (RF-04)',
    ],
  },
  {
    ids: ['CVE-2022-31690'],
    attack: 'an empty scope is taken for all that was asked',
    triedBy: [
      'with a scope says what was granted: less than was asked for, and guards know it (TE-15)',
      'has of the scope %j only what the sign-in had: %j',
    ],
  },
  {
    ids: ['CVE-2024-39315', 'GO-2024-2965', '@hono/oidc-auth, a readable refresh token'],
    attack: 'a page, a cookie or a log holds a token',
    triedBy: [
      'holds no token, code, verifier, secret or cookie of a whole visit',
      'tells a page’s own scripts who is signed in, and no token (SC-15)',
    ],
  },
  {
    ids: ['GO-2022-0783', 'GO-2022-0827'],
    attack: 'a token stands in an address, or nobody verifies what is passed on',
    triedBy: [
      'is followed by userinfo with the token in a header, never in the address (TE-20)',
      'loses a token in its query, and nothing else (PX-05)',
      'shows nothing of what it holds, and opens no more when a single character is changed (SC-09)',
    ],
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
    triedBy: [
      'makes no credential of the tokens it brings (CB-16)',
      'with HS256, keyed with the public key (ID-06)',
      'with none (ID-06)',
      'is checked with the pinned algorithm when the metadata offers',
      'is not checked with keys that are not for it',
    ],
  },
  {
    ids: ['Jenkins oic-auth'],
    attack: 'nobody looks at audience or issuer, and names differ in case',
    triedBy: [
      'for another client (ID-02)',
      'of another issuer (ID-01)',
      'is taken as it is otherwise: ids are compared, never folded',
    ],
  },
  {
    ids: ['CVE-2026-82463', 'GHSA-652x-m2gr-hppm'],
    attack: 'a rule that is turned round, or silently ignored',
    triedBy: [
      'refuses a requirement that asks for nothing it knows',
      'ends the process that it was written for with a message that names it (CF-07)',
    ],
  },
  {
    ids: ['nextjs-auth0 #2707'],
    attack: 'max_age is asked for and not enforced',
    triedBy: ['that was asked for with max_age is refused when the user authenticated %s (ID-14)'],
  },
  {
    ids: ['CVE-2026-82465', 'mod_auth_openidc 2026: logout tokens'],
    attack: 'logout tokens that anybody makes, or shows again',
    triedBy: ['ends nothing by a token %s', 'takes a token that was shown before as seen, a thousand times (BL-12)'],
  },
  {
    ids: ['mod_auth_openidc 2026: limits of parsers'],
    attack: 'a large answer, an odd lifetime, a line break in a token',
    triedBy: [
      'is dropped before it fills the memory (TE-08)',
      'makes a session that can be used, and is not renewed in a loop (TE-14)',
      'is none, and no later call is broken by it (TE-13)',
    ],
  },
]
