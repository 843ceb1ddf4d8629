import { type ReactNode, createContext, createElement, useContext, useEffect, useMemo, useRef } from 'react'
import type { AccessSource } from './access-source.ts'
import { AccessStore, type Page } from './access-store.ts'

export interface EntitlementsProps extends Page {
  /** Who answers for that user: `routeSource('/api/access')`, or a function alone. Never a ledger with a token of a server. */
  readonly source: AccessSource | AccessSource['access']
  readonly children?: ReactNode
}

const StoreContext = createContext<AccessStore | null>(null)

/** What the pieces inside of it know of the rights of one user. */
export function Entitlements(props: EntitlementsProps): ReactNode {
  const { user, source, children } = props
  // A source that is made anew with every rendering is still the same one, and what was rendered is of the beginning alone.
  const latest = useRef(source)
  const store = useMemo(() => new AccessStore(props, () => sourceOf(latest.current)), [user])
  useEffect(() => {
    latest.current = source
  })
  useEffect(() => store.start(), [store])
  return createElement(StoreContext.Provider, { value: store }, children)
}

/** What is known of the user around whom the page is. */
export function useStore(): AccessStore {
  const store = useContext(StoreContext)
  if (!store) throw new Error('Outside of <Entitlements>')
  return store
}

function sourceOf(source: EntitlementsProps['source']): AccessSource {
  return typeof source === 'function' ? { access: source } : source
}
