// Brings the pages to life. Each part works on what it finds marked for it, and on nothing else.

import { showSession } from './session.js'
import { handleSessions } from './sessions.js'
import { sendThrough } from './through.js'
import { followTimeline } from './timeline.js'
import { watchSignIn } from './watch.js'

const PARTS = {
  '[data-timeline]': followTimeline,
  '[data-session]': showSession,
  '[data-sessions]': handleSessions,
  '[data-signed-in]': watchSignIn,
  '[data-through]': sendThrough,
}

for (const [selector, start] of Object.entries(PARTS)) {
  const element = document.querySelector(selector)
  if (element) start(element)
}
