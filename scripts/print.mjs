import { styleText } from 'node:util'

/** @param {string} text */
export function heading(text) {
  console.log(`\n${styleText('bold', `━━━ ${text} ${'━'.repeat(Math.max(3, 74 - text.length))}`)}\n`)
}

/** @param {string} text */
export function success(text) {
  console.log(`${styleText('green', '✓')} ${text}`)
}

/** @param {string} text */
export function failure(text) {
  console.log(`${styleText('red', '✗')} ${text}`)
}

/** What a reader must not miss. @param {string} text */
export function notice(text) {
  console.log(`${styleText('yellow', '!')} ${text}`)
}

/** @param {string} text */
export function indented(text) {
  console.log(text.replace(/^/gm, '    '))
}
