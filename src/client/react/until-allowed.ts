import { Deadline } from '../deadline.ts'
import { pause } from '../retry.ts'
import type { PurchaseAnswer, PurchaseAsked } from '../wire.ts'
import type { AccessStore } from './access-store.ts'
import { intervalMs } from './intervals.ts'

export interface UntilOptions {
  /** The user’s `version` before the checkout, where more is bought of what is there: a yes of before confirms nothing. */
  readonly since?: number | undefined
  /** For how long it is asked; 60,000 when left out. */
  readonly timeoutMs?: number | undefined
  /** The purchase, by what its provider hands to the page: it is asked after by its own address. */
  readonly purchase?: PurchaseAsked | undefined
}

/** How waiting ended. */
export type UntilEnd = 'confirmed' | 'still-waiting'

/** What is known of it so far. */
export interface Until {
  /** `still-waiting` is no error: a payment may take longer than anybody looks at a page. */
  readonly status: 'asking' | UntilEnd
  /** What the ledger said last of the purchase, where it was asked after: `ended` and `user_disputed` are waited for no longer. */
  readonly purchase: PurchaseAnswer | null
}

export const ASKING: Until = { status: 'asking', purchase: null }

/**
 * Asks until a feature is there, at growing intervals: at first at once, as it may have come before. What is late or fails is
 * asked again, as slow is not lost. `tell` learns what becomes of it.
 */
export async function untilAllowed(
  store: AccessStore,
  feature: string,
  { since = -1, timeoutMs = 60_000, purchase }: UntilOptions,
  tell: (until: Until) => void,
  gone: AbortSignal,
): Promise<void> {
  let until = ASKING
  const say = (more: Partial<Until>) => {
    until = { ...until, ...more }
    if (!gone.aborted) tell(until)
  }
  const deadline = new Deadline(timeoutMs, gone)
  const look = async (): Promise<UntilEnd | null> => {
    const found = purchase && (await store.purchase(purchase, deadline.signal))
    if (found) {
      say({ purchase: found })
      if (found.state === 'ended' || found.reason === 'user_disputed') return 'still-waiting'
      if (found.state !== 'applied') return null
    }
    const question = found?.version ? { minVersion: found.version } : ({ consistency: 'strong' } as const)
    const list = await store.ask(question, deadline.signal)
    return list.version > since && list.of(feature).check.allowed ? 'confirmed' : null
  }
  tell(ASKING)
  try {
    for (let tries = 0; ; tries += 1) {
      const status = await look().catch(() => null)
      if (status) return say({ status })
      await pause(intervalMs(tries), deadline)
    }
  } catch {
    say({ status: 'still-waiting' })
  }
}
