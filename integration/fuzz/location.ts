import { ORIGIN } from './house.ts'

/** Whether a `Location` leads to this application, or to its provider; and where it comes back, to this application. */
export function staysHome(location: string | undefined): boolean {
  if (location === undefined) return true
  if (location.startsWith('https://castle.example/authorize?')) return true
  const url = URL.parse(location)
  if (url === null || !isHere(location)) return false
  const returnTo = url.searchParams.get('return_to')
  return returnTo === null || (returnTo.startsWith('/') && isHere(returnTo))
}

/** Whether an address is of this application, however often something decodes its path or puts it together again. */
export function isHere(address: string): boolean {
  // Printable ASCII and nothing else: anything more is somebody else's to interpret.
  if (!/^[\x21-\x7e]+$/.test(address)) return false
  const url = URL.parse(address, ORIGIN)
  if (url === null || url.origin !== ORIGIN || url.username !== '' || url.password !== '') return false
  let path = url.pathname + url.search + url.hash
  for (let decoding = 0; decoding < 3; decoding += 1) {
    if (URL.parse(path, ORIGIN)?.origin !== ORIGIN || !path.startsWith('/')) return false
    path = path.replace(/%[0-7][0-9a-f]/gi, (octet) => String.fromCharCode(Number.parseInt(octet.slice(1), 16)))
  }
  return true
}
