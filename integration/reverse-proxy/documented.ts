import { readFileSync } from 'node:fs'

const PAGE = new URL('../../docs/reverse-proxy.md', import.meta.url)

/** Where the configurations on the page say that things are. */
const GATEWAY = '127.0.0.1:3000'
const APPLICATION = '127.0.0.1:4000'

/** Where they are in a test. */
export interface Places {
  readonly gateway: number
  readonly application: number
}

/** The nginx configuration of `docs/reverse-proxy.md`, listening on `port`. */
export function nginxConfiguration(port: number, places: Places): string {
  return placed(replaced(block('nginx'), 'listen 80;', `listen 127.0.0.1:${port};`), places)
}

/** The Caddyfile of `docs/reverse-proxy.md`, listening on `port` without TLS. */
export function caddyfile(port: number, places: Places): string {
  return placed(replaced(block('caddyfile'), 'app.example {', `http://app.example:${port} {`), places)
}

function block(language: string): string {
  const blocks = readFileSync(PAGE, 'utf8').split(`\`\`\`${language}\n`)
  const [code] = blocks[1]?.split('```') ?? []
  if (code === undefined || blocks.length !== 2) throw new Error(`The page has not one ${language} block, but others.`)
  return code
}

function placed(configuration: string, { gateway, application }: Places): string {
  const withGateway = replaced(configuration, GATEWAY, `127.0.0.1:${gateway}`)
  return replaced(withGateway, APPLICATION, `127.0.0.1:${application}`)
}

/** Says so when the page no longer has what a test has to replace. */
function replaced(text: string, what: string, instead: string): string {
  if (!text.includes(what)) throw new Error(`The configuration on the page no longer says ${JSON.stringify(what)}.`)
  return text.replaceAll(what, instead)
}
