const COUNTED = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'retry-after', 'cache-control']

/** Sends the query of the form through the gateway, and shows the answer: also a refusal, which is one. */
export function sendThrough(form) {
  const output = document.querySelector('[data-answer]')
  const button = form.querySelector('button')
  button.disabled = false
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    // Not `disabled`, which would take the focus away from whoever pressed a key.
    if (button.getAttribute('aria-disabled') === 'true') return
    button.setAttribute('aria-disabled', 'true')
    try {
      output.replaceChildren(...(await ask(new FormData(form).get('query'))))
    } catch {
      output.replaceChildren(paragraph('The server did not answer. Is the demo still running?'))
    }
    button.removeAttribute('aria-disabled')
  })
}

async function ask(query) {
  const response = await fetch('/api/anilist', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', 'x-postern': '1' },
    body: JSON.stringify({ query }),
  })
  const text = await response.text()
  const answer = parse(text)
  return [facts(response), pre(answer === undefined ? text : JSON.stringify(answer, null, 2)), ...wayIn(answer)]
}

function facts({ status, statusText, headers }) {
  const list = document.createElement('dl')
  list.className = 'facts'
  const known = COUNTED.filter((name) => headers.has(name)).map((name) => [name, headers.get(name)])
  for (const [name, value] of [['status', `${status} ${statusText}`], ...known]) {
    const row = list.appendChild(document.createElement('div'))
    row.appendChild(document.createElement('dt')).appendChild(document.createElement('code')).textContent = name
    row.appendChild(document.createElement('dd')).textContent = value
  }
  return list
}

/** Whoever is told to sign in is told where. */
function wayIn(answer) {
  if (typeof answer?.login_url !== 'string') return []
  const line = paragraph('The gateway says where to sign in for this: ')
  const link = line.appendChild(document.createElement('a'))
  const address = new URL(answer.login_url)
  address.searchParams.set('return_to', location.pathname)
  link.href = address.href
  link.textContent = 'sign in with AniList'
  return [line]
}

function pre(text) {
  const element = document.createElement('pre')
  element.textContent = text
  return element
}

function paragraph(text) {
  const element = document.createElement('p')
  element.textContent = text
  return element
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
