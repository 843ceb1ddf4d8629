import type { PurchaseAnswer, PurchaseAsked } from '../wire.ts'
import type { AccessStore } from './access-store.ts'
import { intervalMs } from './intervals.ts'
import { within } from './within.ts'

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

/** After which a question is asked again: slow is not lost. */
const QUESTION_MS = 10_000
const nothing = () => new Promise<never>(() => {})

/**
 * Asks until a feature is there, at growing intervals: at first at once, as it may have come before. What is late or fails is
 * asked again. `tell` learns what becomes of the purchase.
 */
export async function untilAllowed(
  store: AccessStore,
  feature: string,
  { since = -1, timeoutMs = 60_000, purchase }: UntilOptions,
  tell: (purchase: PurchaseAnswer) => void,
  gone: AbortSignal,
): Promise<UntilEnd> {
  const look = async (signal: AbortSignal): Promise<UntilEnd | null> => {
    const source = store.source()
    let question: Parameters<AccessStore['ask']>[1] = { consistency: 'strong' }
    if (purchase && source.purchase) {
      const found = await source.purchase(purchase, { signal })
      signal.throwIfAborted()
      tell(found)
      const { state, reason, version } = found
      if (state === 'ended' || reason === 'user_disputed') return 'still-waiting'
      if (state !== 'applied') return null
      if (version !== undefined) question = { minVersion: version }
    }
    const list = await store.ask(signal, question)
    return list.version > since && list.of(feature).check.allowed ? 'confirmed' : null
  }
  const lookAgain = async (signal: AbortSignal): Promise<UntilEnd> => {
    for (let tries = 0; ; tries += 1) {
      const end = await within(QUESTION_MS, look, store.world, signal).catch(() => null)
      if (end !== null) return end
      await within(intervalMs(tries), nothing, store.world, signal).catch(() => signal.throwIfAborted())
    }
  }
  return within(timeoutMs, lookAgain, store.world, gone).catch(() => 'still-waiting' as const)
}
