/** A running server, whatever framework is in it. */
export interface Server {
  /** Finishes what is under way, the gateway's callbacks included, and stops. */
  close(): Promise<void>
}
