import type { Deadline } from './deadline.ts'
import type { LedgerError } from './ledger-error.ts'

const TRIES = 3

/** What is waited after the first try at least, and at most twice as long; twice as long after each other. */
const BACKOFF_MS = 250

/**
 * Tries up to three times what may be tried again, each time after as long as the ledger asked for, and some chance more, so
 * that many clients do not come at once. What would not be tried before the deadline is given up at once.
 */
export async function withRetries<Answer>(
  attempt: () => Promise<Answer>,
  deadline: Deadline,
): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await deadline.within(attempt)
    } catch (error) {
      // Nothing else comes out of a deadline.
      const { retryable, retryAfterMs } = error as LedgerError
      const waitMs = retryAfterMs + BACKOFF_MS * 2 ** (tries - 1) * (1 + Math.random())
      if (!retryable || tries === TRIES || !deadline.leaves(waitMs)) throw error
      await pause(waitMs, deadline)
    }
  }
}

/** Waits, and throws `LedgerError` where the deadline comes first: then it is left to run out. */
export function pause(ms: number, deadline: Deadline): Promise<void> {
  const over = new Promise<void>((resolve) => {
    setTimeout(resolve, ms)
  })
  return deadline.within(() => over)
}
