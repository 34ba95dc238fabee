import type { Advisory } from './advisory.ts'

export const REDIRECTS: readonly Advisory[] = [
  {
    ids: ['CVE-2026-107369'],
    attack: 'a target is checked, and then built anew',
    triedBy: {
      'integration/fuzz/return-to.test.ts': [
        'whatever it was told to come back to (CVE-2026-107369)',
        'in the core, ten thousand times',
      ],
      'integration/rows/rt.test.ts': ['is checked again as it is sent'],
    },
  },
  {
    ids: ['CVE-2021-43812', 'GHSA-2mqv-4j3r-vjvp', 'GHSA-7p99-3798-f85c', 'CVE-2022-24794'],
    attack: 'a guarded //evil.example becomes the target',
    triedBy: {
      'integration/rows/rt.test.ts': [
        'is safe when a guard made it of the address that was asked for, octet by octet (RT-00)',
        'ends here when the address that was asked for begins with another host (CVE-2021-43812)',
      ],
    },
  },
  {
    ids: ['CVE-2022-23527', 'CVE-2021-32786', 'CVE-2021-39191'],
    attack: 'tabs, backslashes, and an entry point without the check',
    triedBy: {
      'integration/rows/rt.test.ts': [
        'is the start for every target that is not plainly a path of this application (RT-00',
      ],
      'integration/rows/cb.test.ts': ['goes to the start when the third party’s target is'],
      'integration/rows/lo.test.ts': ['goes nowhere else because somebody asked for'],
      'integration/fuzz/return-to.test.ts': ['whatever it was told to come back to'],
    },
  },
  {
    ids: ['CVE-2020-4037', 'GHSA-5m6c-jp6f-2vcv', 'GHSA-j7px-6hwj-hpjg', 'GHSA-qqxw-m5fj-f7gv', 'GHSA-4mf2-f3wh-gvf2'],
    attack: 'encoded white space, and a suffix of an allowed host',
    triedBy: {
      'integration/rows/rt.test.ts': ['(RT-00, rows 1 to 53)', '(RT-00, rows 46, 47 and 51)'],
    },
  },
  {
    ids: ['CVE-2026-82464', 'CVE-2019-3877', 'CVE-2024-39694', 'CVE-2024-29041', 'CVE-2025-8129', 'CVE-2025-62595'],
    attack: 'what is local to the check is not to a browser, and Referer',
    triedBy: {
      'integration/rows/rt.test.ts': ['(RT-00, rows 1 to 53)', 'is not taken from where the person came from (RT-00)'],
    },
  },
  {
    ids: ['CVE-2025-67716'],
    attack: 'a target brings parameters of the protocol',
    triedBy: {
      'integration/rows/ar.test.ts': ['takes no parameter of the protocol from the browser (AR-09)'],
      'packages/core/src/endpoint/login.test.ts': ['cannot be changed by the way back'],
    },
  },
  {
    ids: ['CVE-2022-31093', 'CVE-2022-24858', 'CVE-2022-29214'],
    attack: 'a malformed target crashes',
    triedBy: {
      'integration/fuzz/return-to.test.ts': ['in the core, ten thousand times'],
      'integration/rows/rt.test.ts': ['(RT-00, rows 1 to 53)'],
      'packages/core/src/http/return-to.test.ts': ['64,000 %s are refused at a glance'],
    },
  },
  {
    ids: ['CVE-2025-32379'],
    attack: 'a redirect writes its address into a page',
    triedBy: {
      'packages/core/src/http/reply.test.ts': ['no address is written into a page'],
      'integration/rows/cb.test.ts': ['without a body (CB-18, CB-19)'],
      'integration/rows/rt.test.ts': ['(RT-00, rows 46, 47 and 51)'],
    },
  },
]

export const SIGN_IN: readonly Advisory[] = [
  {
    ids: ['CVE-2026-81888', 'CVE-2023-27490', 'CVE-2023-27496', 'GHSA-8vc2-jrm4-835w'],
    attack: 'a check is skipped where its parameter is missing',
    triedBy: {
      'integration/rows/cb.test.ts': [
        'is refused under any state but its own, and asks nobody for anything (CB-02)',
        'is worth nothing without the verifier',
        'is refused when a parameter that counts comes twice, however it is spelt (CB-03)',
      ],
      'integration/rows/id.test.ts': ['without a nonce (ID-12)', 'with an empty nonce (ID-12)'],
      'packages/core/src/endpoint/callback.test.ts': ['is one of every subset of parameters but the right ones'],
      'integration/rows/tx.test.ts': ['a callback in another browser signs nobody in and spends nothing (TX-01)'],
    },
  },
  {
    ids: [
      'GHSA-xc49-mgwh-9pjv',
      'CVE-2025-14546',
      'CVE-2026-12746',
      'CVE-2026-93631',
      'CVE-2023-31999',
      'GHSA-g8x5-p9qc-cf95',
    ],
    attack: 'state is not bound to the browser, or one for all',
    triedBy: {
      'integration/rows/tx.test.ts': [
        'a callback in another browser signs nobody in and spends nothing (TX-01)',
        'it is used up by a sign-in that worked (TX-05)',
        'an attacker cannot sign a victim in as themselves',
      ],
      'integration/rows/ar.test.ts': [
        'never repeats a state, a nonce or a challenge, and none says anything (AR-04, AR-05, AR-06)',
      ],
    },
  },
  {
    ids: ['CVE-2026-110864', 'CVE-2023-48309'],
    attack: 'what was sealed for one purpose opens for another',
    triedBy: {
      'integration/rows/tx.test.ts': [
        'a session is no sign-in under way, and a sign-in under way is no session (TX-10)',
      ],
      'packages/core/src/crypto/seal.test.ts': ['for another purpose under the same secret'],
    },
  },
  {
    ids: ['CVE-2021-41246', 'GHSA-7rg2-qxmf-hhx9', 'CVE-2022-25896', 'GHSA-f24x-5g9q-753f', 'CVE-2023-29019'],
    attack: 'a session from before the sign-in is kept',
    triedBy: {
      'integration/rows/sc.test.ts': [
        'one that was planted is not taken up, and the old one is dead (SC-07)',
        'in a store: %s (SC-07)',
        'of an attacker, planted before the victim signs in, is not what the victim ends up in',
        'beside which parts of nobody were planted is healed by signing in (SC-06)',
      ],
      'integration/rows/lo.test.ts': ['ends the session and every part of its cookie (LO-01)'],
    },
  },
  {
    ids: ['CVE-2019-1010247', 'CVE-2021-32792', 'CVE-2021-32702', 'CVE-2017-6059'],
    attack: 'an error page says what an attacker wrote',
    triedBy: {
      'integration/rows/hd.test.ts': [
        'shows nothing of what a callback brought along: %j (HD-02)',
        'is stored by nobody, sniffed by nobody and framed by nobody (HD-01, HD-03, HD-04)',
      ],
    },
  },
  {
    ids: ['mod_auth_openidc 2026: scopes from a link', 'grant, dynamic'],
    attack: 'a link sets parameters of the protocol',
    triedBy: {
      'integration/rows/ar.test.ts': [
        'takes no parameter of the protocol from the browser (AR-09)',
        'drops or refuses %s (AR-10)',
      ],
      'packages/core/src/endpoint/login.test.ts': ['cannot be changed by the address of the sign-in'],
    },
  },
  {
    ids: ['mod_auth_openidc 2026: duplicates'],
    attack: 'parameters that count come twice',
    triedBy: {
      'integration/rows/cb.test.ts': [
        'is refused when a parameter that counts comes twice, however it is spelt (CB-03)',
      ],
    },
  },
  {
    ids: ['GHSA-x445-f3h2-j279'],
    attack: 'an answer for one provider is finished at another',
    triedBy: {
      'integration/rows/cb.test.ts': ['reaches no other provider, under the path of the one or of the other (CB-09)'],
    },
  },
  {
    ids: ['@fastify/oauth2 hostPrefixedCookies'],
    attack: 'a sibling domain plants the cookie of a sign-in',
    triedBy: {
      'integration/rows/tx.test.ts': [
        'a cookie of the same name beside it, in either order, changes nothing or refuses (TX-09)',
        'a name in another case, or with something before it, is not its name (TX-09)',
      ],
    },
  },
  {
    ids: ['GHSA-7w99-5wm4-3g79', 'GHSA-392p-2q2v-4372'],
    attack: 'a code is spent twice at once',
    triedBy: {
      'integration/rows/cb.test.ts': [
        'that is delivered twice at once is one exchange',
        'to two processes that share a store, is one exchange',
      ],
    },
  },
  {
    ids: ['CVE-2021-41580'],
    attack: 'a token response without a token is taken',
    triedBy: {
      'integration/rows/te.test.ts': ['that is %s signs nobody in (TE-07)', 'is none (TE-12, TE-18, TE-21)'],
    },
  },
  {
    ids: ['grant #226'],
    attack: 'state is optional, and an ID token is only decoded',
    triedBy: {
      'integration/rows/cb.test.ts': ['is refused under any state but its own, and asks nobody for anything (CB-02)'],
      'integration/rows/id.test.ts': [
        'and then changed in its claims (ID-05)',
        'with none (ID-06)',
        'of another issuer (ID-01)',
        'for another client (ID-02)',
        'that ended 400 seconds ago (ID-08)',
        'with another nonce (ID-12)',
      ],
    },
  },
  {
    ids: ['CVE-2025-61928'],
    attack: 'identity comes from the request',
    triedBy: {
      'integration/rows/cb.test.ts': ['makes no credential of the tokens it brings (CB-16)'],
      'integration/rows/tx.test.ts': ['nobody becomes somebody else by naming them'],
    },
  },
  {
    ids: ['CVE-2026-2912'],
    attack: 'a profile says who somebody is',
    triedBy: {
      'integration/rows/te.test.ts': ['is followed by userinfo %s, and then nobody signs in (TE-20)'],
    },
  },
  {
    ids: ['CVE-2021-22119'],
    attack: 'starts of sign-ins fill the memory',
    triedBy: {
      'integration/rows/ds.test.ts': [
        'keeps nothing for people who have not signed in (DS-01)',
        'keeps nothing of a hundred thousand sign-ins that one client starts',
      ],
    },
  },
  {
    ids: ['Secrets shipped as a default'],
    attack: 'a default, short or example secret is taken',
    triedBy: {
      'integration/rows/cf.test.ts': ['is refused at start-up by name: %s (CF-03, CF-07, BL-19)'],
    },
  },
]
