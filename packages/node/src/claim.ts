const CLAIMED: unique symbol = Symbol('postern.claimed')

/** What is claimed. Scopes inside it, that have it as a prototype, are claimed too. */
interface Place {
  [CLAIMED]?: true
}

/** Makes a scope of an application the gateway's own: guards over it let everything pass, for the gateway answers. */
export function claim(place: Place & object): void {
  place[CLAIMED] = true
}

export function isClaimed(place: Place & object): boolean {
  return place[CLAIMED] === true
}
