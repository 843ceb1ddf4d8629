import { useEffect, useState } from 'react'
import { useStore } from './entitlements.ts'
import { ASKING, type Until, type UntilOptions, untilAllowed } from './until-allowed.ts'

/**
 * The page after a checkout: looks whether the feature is there, and asks again until it is, or until nobody would wait any longer.
 * When it is confirmed, `useAccess` shows it.
 */
export function useUntil(feature: string, options: UntilOptions = {}): Until {
  const store = useStore()
  const [until, setUntil] = useState(ASKING)
  useEffect(() => {
    const gone = new AbortController()
    void untilAllowed(store, feature, options, setUntil, gone.signal)
    return () => gone.abort()
    // Options that are made anew with every rendering are the same while they say the same.
  }, [store, feature, JSON.stringify(options)])
  return until
}
