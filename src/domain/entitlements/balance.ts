/** What is there of a lot, or of several: `granted = used + reserved + remaining`. Only a debt is below zero. */
export interface Balance {
  readonly granted: number
  readonly used: number
  readonly reserved: number
  readonly remaining: number
}
