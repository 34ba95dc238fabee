/** Somebody who can sign in at the demo's OpenID Provider. */
export interface Person {
  readonly id: string
  readonly name: string
  /** One line for the sign-in page. */
  readonly about: string
  /** Of the coat of arms, as CSS writes them. */
  readonly colours: readonly [field: string, charge: string]
}

/** Whom the provider knows. They are made up. */
export const PEOPLE: readonly [Person, ...Person[]] = [
  { id: 'maren', name: 'Maren Toll', about: 'Counts who crosses the bridge.', colours: ['#2f6f8f', '#f2d16b'] },
  { id: 'tobin', name: 'Tobin Wick', about: 'Lights the lamps, and puts them out.', colours: ['#7b4a86', '#f4ede0'] },
  {
    id: 'castellan',
    name: 'Odile Ward',
    about: 'The castellan: has the key to the keep.',
    colours: ['#a23a1e', '#f4ede0'],
  },
]

export function personWith(id: string): Person | undefined {
  return PEOPLE.find((person) => person.id === id)
}

/** A coat of arms for everyone, as SVG. */
export function coatOfArms({ colours: [field, charge] }: Person): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 160"><rect width="160" height="160" fill="${field}"/><path fill="${charge}" d="M0 118 80 52l80 66v34L80 86 0 152z"/><circle cx="80" cy="34" r="15" fill="${charge}"/></svg>`
}
