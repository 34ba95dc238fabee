import { launchChromium } from '../../../scripts/chromium.ts'
import { startDemo } from './running-demo.ts'
import { signIn } from './visitor.ts'
const demo = await startDemo('Fastify')
const browser = await launchChromium()
const context = await browser.newContext({ baseURL: demo.origin, javaScriptEnabled: false })
context.setDefaultTimeout(5000)
const page = await context.newPage()
try {
await signIn(page, 'AniList', 'lanternfox')
console.log(page.url())
await page.getByText('The buttons work without script').waitFor()
console.log('noscript seen')
} catch (e) { console.log(e) }
await page.screenshot({ path: '/tmp/shots/noscript.png', fullPage: true })
await browser.close()
await demo.close()
