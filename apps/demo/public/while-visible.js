/** Looks every `pause` milliseconds as long as somebody can see the page, and at once when they come back to it. */
export function whileVisible(pause, look) {
  let timer
  let isLooking = false

  async function round() {
    if (isLooking) return
    clearTimeout(timer)
    isLooking = true
    try {
      if (!document.hidden) await look()
    } catch {
      // The demo was stopped, or the network is gone: the next round will tell.
    }
    isLooking = false
    timer = setTimeout(round, pause)
  }

  document.addEventListener('visibilitychange', round)
  timer = setTimeout(round, pause)
}
