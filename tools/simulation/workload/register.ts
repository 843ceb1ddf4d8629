import type { Model } from '../linearizable.ts'

/** What clients do to the two features that nobody else touches. */
export type Operation =
  | { readonly type: 'grant'; readonly amount: number }
  | { readonly type: 'consume'; readonly key: string; readonly amount: number }
  | { readonly type: 'reverse'; readonly of: string; readonly amount: number }
  | { readonly type: 'give'; readonly ref: string }
  | { readonly type: 'revoke'; readonly ref: string }
  | { readonly type: 'check' }

export interface Result {
  readonly isDone: boolean
  readonly version: number | null
  /** Of `tokens`. */
  readonly remaining: number | null
  /** Of a check: whether `export` is allowed. */
  readonly isExport?: boolean
}

interface State {
  readonly version: number
  readonly remaining: number
  readonly given: readonly string[]
  readonly reversed: readonly string[]
}

/** What one user’s ledger does, told in a few lines, for calls that come one after another. */
export const register: Model<State, Operation, Result> = {
  initial: { version: 0, remaining: 0, given: [], reversed: [] },
  keyOf: (state) => JSON.stringify(state),
  after(state, operation, result) {
    const version = result?.version ?? state.version
    if (version < state.version) return null
    const at = (remaining: number, changes: Partial<State> = {}): State | null =>
      (result?.remaining ?? remaining) === remaining ? { ...state, version, remaining, ...changes } : null
    const isRefused = result !== null && !result.isDone
    switch (operation.type) {
      case 'grant':
        return isRefused ? null : at(state.remaining + operation.amount)
      case 'consume':
        if (state.remaining < operation.amount) return result?.isDone === true ? null : at(state.remaining)
        return isRefused ? null : at(state.remaining - operation.amount)
      case 'reverse': {
        const isOver = state.reversed.includes(operation.of)
        if (isOver) return result?.isDone === true ? null : at(state.remaining)
        const reversed = [...state.reversed, operation.of]
        return isRefused ? null : at(state.remaining + operation.amount, { reversed })
      }
      case 'give':
        return isRefused ? null : at(state.remaining, { given: [...state.given, operation.ref].toSorted() })
      case 'revoke':
        return isRefused
          ? null
          : at(state.remaining, { given: state.given.filter((ref) => ref !== operation.ref) })
      case 'check': {
        const isRight = result?.isExport === undefined || result.isExport === state.given.length > 0
        return isRight ? at(state.remaining) : null
      }
    }
  },
}
