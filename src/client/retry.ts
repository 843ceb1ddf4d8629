import type { Deadline } from './deadline.ts'
import { LedgerError } from './ledger-error.ts'

const TRIES = 3

/** What is waited at most where the ledger names no time; twice as long after each try. */
const BACKOFF_MS = 500

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
      const mayRetry = error instanceof LedgerError && error.retryable && tries < TRIES
      if (!mayRetry) throw error
      const waitMs = error.retryAfterMs + BACKOFF_MS * 2 ** (tries - 1) * (0.5 + Math.random() / 2)
      if (!deadline.leaves(waitMs)) throw error
      await pause(waitMs, deadline)
    }
  }
}

/** Waits, and throws `LedgerError` where the deadline comes first. */
export async function pause(ms: number, deadline: Deadline): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | null = null
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  try {
    await deadline.within(() => over)
  } finally {
    clearTimeout(timer ?? 0)
  }
}
