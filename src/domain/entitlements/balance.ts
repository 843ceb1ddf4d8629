/** The balance of one lot or of several: `granted = used + reserved + remaining`. `remaining` is below zero for a debt alone. */
export interface Balance {
  readonly granted: number
  readonly used: number
  readonly reserved: number
  readonly remaining: number
}
