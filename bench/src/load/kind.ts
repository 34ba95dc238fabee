/**
 * The kind of an answer: its status, and for a redirect where to. A sign-in that failed is often redirected too, to a
 * page that says so, and would pass for one that succeeded.
 */
export function kindOf(status: string, location: string): string {
  if (!status.startsWith('3')) return status
  const at = location.indexOf('?')
  const place = at === -1 ? location : location.slice(0, at)
  return `${status} to ${place}${/[?&]error=/.test(location) ? ' with an error' : ''}`
}
