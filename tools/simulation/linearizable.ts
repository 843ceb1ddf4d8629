/** One call of a client, as the client saw it. */
export interface Call<Operation, Result> {
  readonly operation: Operation
  /** Moments only grow. */
  readonly invokedAt: number
  /** `Infinity` while nothing was answered: it may still happen, or never. */
  readonly returnedAt: number
  /** `null` when nobody knows whether it happened. */
  readonly result: Result | null
}

export interface Model<State, Operation, Result> {
  readonly initial: State
  /** The state after it, or `null` where this result cannot come of it. */
  readonly after: (state: State, operation: Operation, result: Result | null) => State | null
  readonly keyOf: (state: State) => string
}

/**
 * Whether the calls could have happened one after another, each at some moment between its invocation and its answer
 * (Herlihy and Wing 1990; the search of Wing and Gong 1993, which forgets no state that it has tried).
 */
export function isLinearizable<State, Operation, Result>(
  calls: readonly Call<Operation, Result>[],
  { initial, after, keyOf }: Model<State, Operation, Result>,
): boolean {
  const tried = new Set<string>()
  const search = (state: State, left: readonly number[]): boolean => {
    const ends = left.map((index) => calls[index]?.returnedAt ?? Infinity)
    const firstEnd = Math.min(...ends)
    if (firstEnd === Infinity) return true // what nobody knows of need not have happened
    const key = `${left.join()} ${keyOf(state)}`
    if (tried.has(key)) return false
    tried.add(key)
    return left.some((index) => {
      const call = calls[index]
      if (call === undefined || call.invokedAt > firstEnd) return false
      const next = after(state, call.operation, call.result)
      const others = left.filter((other) => other !== index)
      return next !== null && search(next, others)
    })
  }
  return search(
    initial,
    calls.map((_, index) => index),
  )
}
