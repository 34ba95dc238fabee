// Adds to the timeline what has happened since the page was made, and shows what /auth/session answers.

const PAUSE = 2000
const timeline = document.querySelector('[data-timeline]')
const session = document.querySelector('[data-session]')

async function addNews() {
  if (document.hidden) return
  const last = timeline.lastElementChild?.dataset.sequence ?? '0'
  const response = await fetch(`/timeline?after=${last}`)
  // The server escapes what it prints; nothing else ends up here.
  if (response.ok) timeline.insertAdjacentHTML('beforeend', await response.text())
}

async function keepAdding() {
  try {
    await addNews()
  } catch {
    // The demo was stopped, or the network is gone: the next round will tell.
  }
  setTimeout(keepAdding, PAUSE)
}

async function showSession() {
  try {
    const response = await fetch('/auth/session')
    session.textContent = JSON.stringify(await response.json(), null, 2)
    session.hidden = false
  } catch {
    // The link above it still leads to the answer.
  }
}

if (timeline) setTimeout(keepAdding, PAUSE)
if (session) await showSession()
