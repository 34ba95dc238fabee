/** A published weakness of a project like ours, and what holds it off here. */
export interface Advisory {
  /** All ids it is known under; where it has none, whose it is. */
  readonly ids: readonly [string, ...string[]]
  readonly attack: string
  /**
   * Test files, from the root of the repository; of each, parts of the titles of the tests that try it. Rows of the
   * requirements stand in those titles too: `(PX-02`.
   */
  readonly triedBy: Readonly<Record<string, readonly [string, ...string[]]>>
}

/** One of which nothing of ours can be tested. */
export interface NotOurs {
  readonly ids: readonly [string, ...string[]]
  readonly why: string
}
