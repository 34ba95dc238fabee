const LANES = 16

/** The results of so many runs of a task, some at a time. */
export async function inLanes<Result>(count: number, task: () => Promise<Result>): Promise<readonly Result[]> {
  const results: Result[] = []
  let started = 0
  const lane = async (): Promise<void> => {
    while (started < count) {
      started += 1
      results.push(await task())
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return results
}
