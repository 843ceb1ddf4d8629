import type { ReactNode } from 'react'
import { useAccess } from './use-access.ts'

export interface CanProps {
  readonly feature: string
  /** What who may use the feature sees. */
  readonly children?: ReactNode
  /** What who may not sees. */
  readonly fallback?: ReactNode
  /** What is seen until it is known. */
  readonly pending?: ReactNode
  /** What is seen where it cannot be known; as `pending` when left out. */
  readonly unknown?: ReactNode
}

/** Shows one thing to who may use a feature, and another to who may not: neither to whom that is not known of. */
export function Can({ feature, children, fallback, pending, unknown = pending }: CanProps): ReactNode {
  const { status, allowed } = useAccess(feature)
  if (status === 'pending') return pending
  if (status === 'unknown') return unknown
  return allowed ? children : fallback
}
