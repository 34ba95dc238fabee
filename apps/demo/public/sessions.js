/** Sends the forms of the list of sessions without leaving the page, and shows what they have changed. */
export function handleSessions(section) {
  const said = section.querySelector('[data-said]')
  section.addEventListener('submit', async (event) => {
    event.preventDefault()
    try {
      said.textContent = await send(event.target)
      await showNews(section)
      // The button that was pressed may be gone, and the focus with it.
      said.focus()
    } catch {
      said.textContent = 'The server did not answer. Nothing may have changed: try again.'
    }
  })
}

async function send(form) {
  // Not `form.action`: a field of that name is in the way.
  const response = await fetch(form.getAttribute('action'), {
    method: 'POST',
    headers: { accept: 'application/json', 'x-postern': '1' },
    body: new URLSearchParams(new FormData(form)),
  })
  const answer = await response.json()
  if (!response.ok) return `${answer.title}. ${answer.detail}`
  if (answer.renamed) return 'The session has its name.'
  if (answer.ended?.length > 0)
    return answer.ended.length === 1 ? 'One session ended.' : `${answer.ended.length} sessions ended.`
  return 'There was no such session any more.'
}

async function showNews(section) {
  const response = await fetch('/me/sessions')
  // The server escapes what it prints; nothing else ends up here.
  if (response.ok) section.querySelector('[data-list]').outerHTML = await response.text()
}
