import { type Html, html } from './html.ts'

/** A point in time, for people and for programs. */
export function moment(date: Date): Html {
  return html`<time datetime="${date.toISOString()}">${FORMAT.format(date)} UTC</time>`
}

const FORMAT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
