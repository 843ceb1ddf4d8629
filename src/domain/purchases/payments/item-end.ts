import type { Terms } from '../../entitlements/entitlement.ts'
import type { Instant } from '../../values/instant.ts'
import type { BilledItem } from '../register/fact.ts'
import { type SubscriptionRecord, isLate } from '../register/register.ts'
import type { ItemPeriods } from './item-periods.ts'
import type { Policy } from './policy.ts'

export type End = Pick<Terms, 'endsAt' | 'graceEndsAt'>

/**
 * Returns when an item ends. Access lasts to the end of what was paid, which a later unpaid bill never shortens; for a period
 * that nobody said was paid, it lasts as a grace of `graceMs` from when the provider first said that it is late.
 */
export function itemEnd(
  subscription: SubscriptionRecord,
  { period }: BilledItem,
  { current, before, lateSince }: ItemPeriods,
  { graceMs }: Policy,
): End {
  const { state, endsAt: decided, toldAt } = subscription
  const isByPeriod = period !== null || isLate(subscription)
  if (state === 'ended' || state === 'paused' || !isByPeriod) return { endsAt: decided, graceEndsAt: null }
  const end = current === null ? (period?.endsAt ?? null) : current.endsAt
  if (end === null || current?.state === 'late') {
    const since = lateSince ?? current?.startsAt ?? toldAt
    return inGrace(Math.max(since, before?.endsAt ?? -Infinity), since + graceMs)
  }
  if (decided !== null && decided <= end) return { endsAt: decided, graceEndsAt: null }
  return inGrace(end, end + graceMs)
}

function inGrace(endsAt: Instant, graceEndsAt: Instant): End {
  return { endsAt, graceEndsAt: graceEndsAt > endsAt ? graceEndsAt : null }
}
