import { useEffect, useState } from 'react'
import type { PurchaseAnswer } from '../wire.ts'
import { useStore } from './entitlements.ts'
import { type UntilEnd, type UntilOptions, untilAllowed } from './until-allowed.ts'

export interface Until {
  /** `still-waiting` is no error: a payment may take longer than anybody looks at a page. */
  readonly status: 'asking' | UntilEnd
  /** What the ledger said last of the purchase, where it was asked after: `ended` and `user_disputed` are waited for no longer. */
  readonly purchase: PurchaseAnswer | null
}

const ASKING: Until = { status: 'asking', purchase: null }

/**
 * The page after a checkout: looks whether the feature is there, and asks again until it is, or until nobody would wait any longer.
 * When it is confirmed, `useAccess` shows it.
 */
export function useUntil(feature: string, { since, timeoutMs, purchase }: UntilOptions = {}): Until {
  const store = useStore()
  const [until, setUntil] = useState(ASKING)
  const asked = JSON.stringify(purchase)
  useEffect(() => {
    const gone = new AbortController()
    const { signal } = gone
    const tell = (found: PurchaseAnswer) => setUntil({ status: 'asking', purchase: found })
    setUntil(ASKING)
    void untilAllowed(store, feature, { since, timeoutMs, purchase }, tell, signal).then((status) => {
      if (!signal.aborted) setUntil((before) => ({ ...before, status }))
    })
    return () => gone.abort()
  }, [store, feature, since, timeoutMs, asked])
  return until
}
