import { whileVisible } from './while-visible.js'

const PAUSE = 2000

/** Adds to the timeline what has happened since the page was made. */
export function followTimeline(timeline) {
  whileVisible(PAUSE, async () => {
    const last = timeline.lastElementChild?.dataset.sequence ?? '0'
    const response = await fetch(`/timeline?after=${last}`)
    // The server escapes what it prints; nothing else ends up here.
    if (response.ok) timeline.insertAdjacentHTML('beforeend', await response.text())
  })
}
