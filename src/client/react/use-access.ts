import { useCallback, useSyncExternalStore } from 'react'
import type { ShownAccess } from './shown-access.ts'
import { useStore } from './entitlements.ts'

/**
 * May the user use this feature? `allowed` is `undefined` unless `status` is `known`. It is asked for again when the answer is
 * over, while the page is looked at.
 */
export function useAccess(feature: string): ShownAccess {
  const store = useStore()
  const subscribe = useCallback((tell: () => void) => store.subscribe(feature, tell), [store, feature])
  return useSyncExternalStore(
    subscribe,
    () => store.view(feature),
    () => store.firstView(feature),
  )
}

/**
 * What asks now, as after something was bought or spent: with the `version` that the change answered, nothing before it is shown.
 * Rejects where nothing was answered.
 */
export function useRefresh(): (minVersion?: number) => Promise<void> {
  return useStore().refresh
}
