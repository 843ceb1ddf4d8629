import { StrictMode, createElement as h } from 'react'
import { Can, Entitlements, routeSource, useAccess, useUntil } from '../../../src/client/react/react.ts'

const FEATURE = 'export-4k'

/** What a page shows of one feature, in the ways there are; `waits` is the page after a checkout. */
export function page({ user, initial, waits }) {
  const props = { user, initial, source: routeSource('/api/access'), noSeconds: 2 }
  return h(
    StrictMode,
    null,
    h(
      Entitlements,
      props,
      h('p', { id: 'can' }, h(Can, { feature: FEATURE, pending: '…', unknown: '?', fallback: 'no' }, 'yes')),
      h('p', { id: 'access' }, h(Access)),
      waits && h('p', { id: 'until' }, h(Until)),
    ),
  )
}

function Access() {
  const { status, allowed } = useAccess(FEATURE)
  return `${status} ${allowed}`
}

function Until() {
  const purchase = { provider: 'stripe', id: 'cs_1' }
  return useUntil(FEATURE, { timeoutMs: 8000, purchase }).status
}
