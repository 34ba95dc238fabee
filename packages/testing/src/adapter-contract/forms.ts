import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { formPost, NAVIGATION, startSignIn } from './browser.ts'
import { POSTING } from './contract-gateway.ts'
import type { Handled } from './observed-gateway.ts'
import { sendAborted, sendInTurn } from './raw-request.ts'
import { onStage, type Stage } from './stage.ts'

const FIELDS = 'code=a&code=b&state=%E2%9C%93&state=&x=1+2%203&'

/** Form posts: read once, bounded, whatever else the application does with bodies. */
export const forms = [
  onStage('reads a form in any spelling of its media type, repeated fields included', async (stage) => {
    for (const contentType of [
      'application/x-www-form-urlencoded',
      'application/x-www-form-urlencoded; charset=utf-8',
      'Application/X-WWW-Form-URLencoded;Charset="UTF-8"',
    ]) {
      await stage.expectDecision(formPost(callback(stage), FIELDS, contentType))
      assert.deepEqual([...(await formRead(stage)).entries()], [...new URLSearchParams(FIELDS)])
    }
  }),

  onStage('reads a form that comes in chunks, and signs in with it', async (stage) => {
    const browser = stage.open()
    const { target, body = '' } = await startSignIn(browser, stage.observed.gateway.basePath, POSTING, 'ann')
    const response = await stage.expectDecision(formPost(target, [body.slice(0, 9), body.slice(9)]), browser)
    assert.equal(response.status, 303)
  }),

  onStage('refuses every other media type, and none at all', async (stage) => {
    for (const contentType of ['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'nonsense', '']) {
      const response = await stage.expectDecision(formPost(callback(stage), FIELDS, contentType))
      assert.equal(response.status, 415, `content type "${contentType}"`)
    }
  }),

  onStage('refuses a body above 64 KiB, announced or not, and goes on', async (stage) => {
    const body = `code=${'x'.repeat(64 * 1024)}`
    assert.equal((await stage.expectDecision(formPost(callback(stage), body))).status, 413)
    const chunks = [body.slice(0, 40_000), body.slice(40_000)]
    assert.equal((await stage.expectDecision(formPost(callback(stage), chunks))).status, 413)
    const next = { target: `${stage.observed.gateway.basePath}/session` }
    const answers = await sendInTurn(stage.origin, formPost(callback(stage), chunks), next)
    assert.match(answers, /^HTTP\/1\.1 413 .*HTTP\/1\.1 200 /s, 'the connection serves the next request')
    const largest = `code=${'x'.repeat(64 * 1024 - 5)}`
    assert.notEqual((await stage.expectDecision(formPost(callback(stage), largest))).status, 413)
  }),

  onStage('a body that breaks off is a failure of that request and of nothing else', async (stage) => {
    await sendAborted(stage.origin, formPost(callback(stage), 'code=a&st'), 1000)
    const [handled] = await arrived(stage)
    const outcome = await handled?.form
    assert.equal(outcome?.status, 'rejected', 'reading the form rejects')
    await handled?.decision
    await stage.expectDecision({ target: `${stage.observed.gateway.basePath}/session` })
  }),

  onStage('a body nobody asked for does no harm', async (stage) => {
    const { basePath } = stage.observed.gateway
    await stage.expectDecision({ method: 'PUT', target: `${basePath}/session`, headers: NAVIGATION, body: FIELDS })
    await stage.expectDecision({ target: `${basePath}/session`, headers: NAVIGATION, body: ['{', 'not json'] })
  }),
]

function callback({ observed }: Stage): string {
  return `${observed.gateway.basePath}/callback/${POSTING}`
}

async function formRead({ observed }: Stage): Promise<URLSearchParams> {
  const outcome = await observed.handled.at(-1)?.form
  assert.equal(outcome?.status, 'fulfilled', 'the form was read')
  return outcome?.status === 'fulfilled' ? outcome.value : new URLSearchParams()
}

/** A request nobody waits for an answer to: looks until the core has it. */
async function arrived({ observed }: Stage): Promise<readonly Handled[]> {
  for (let looks = 0; observed.handled.length === 0; looks += 1) {
    assert.ok(looks < 500, 'a request whose body breaks off reaches the core')
    await delay(10)
  }
  return observed.handled
}
