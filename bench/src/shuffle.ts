/** The same things in another order: neighbours and machine moods then favour nobody. */
export function shuffled<Thing>(things: readonly Thing[]): readonly Thing[] {
  return things
    .map((thing) => ({ thing, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ thing }) => thing)
}
