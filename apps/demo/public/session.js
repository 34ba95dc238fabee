/** Shows what /auth/session answers. */
export async function showSession(output) {
  try {
    const response = await fetch('/auth/session')
    output.textContent = JSON.stringify(await response.json(), null, 2)
    output.hidden = false
  } catch {
    // The link above it still leads to the answer.
  }
}
