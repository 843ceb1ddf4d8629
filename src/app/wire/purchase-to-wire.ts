import type { ProviderAccount } from '../../domain/purchases/register/source-key.ts'
import type { Seq, UserId } from '../../domain/values/ids.ts'
import { NOT_PAID, UNMATCHED } from '../../inbox/conclude.ts'
import type { PurchaseSource } from '../../owners/purchase-source.ts'
import type { PurchaseLookUp } from '../../owners/purchase.ts'

/** What is asked of a purchase, and by whom. */
interface PurchaseQuestion extends ProviderAccount {
  readonly id: string
  /** The users whose purchases alone may be shown; `null` where all may. */
  readonly onlyOf: readonly UserId[] | null
}

export function purchaseToWire(
  { provider, account, id, onlyOf }: PurchaseQuestion,
  found: PurchaseLookUp | null,
) {
  const key = { provider, account, id }
  if (found === null || !mayBeTold(found, onlyOf)) return { ...key, state: 'unknown' as const }
  const { waitsFor, ...rest } = standingOf(found)
  const waiting = waitsFor === undefined || onlyOf !== null ? {} : { waitsFor }
  return { ...key, ...rest, ...waiting, ...(found.userId === null ? {} : { userId: found.userId }) }
}

/** A purchase is shown to its user; while it is nobody's, to the users whom its events name. */
function mayBeTold({ userId, namedUsers }: PurchaseLookUp, onlyOf: readonly UserId[] | null): boolean {
  if (onlyOf === null) return true
  return userId === null ? namedUsers.some((named) => onlyOf.includes(named)) : onlyOf.includes(userId)
}

/** The reason of a purchase whose own event has not come; it may still be on its way. */
const NOT_TOLD = 'purchase_not_told'

interface PurchaseStanding {
  readonly state: 'waiting' | 'unmatched' | 'applied' | 'ended' | 'moving'
  readonly reason?: string
  readonly waitsFor?: readonly string[]
  readonly version?: Seq
}

function standingOf({ userId, isDisputed, isMoving, waiting, source }: PurchaseLookUp): PurchaseStanding {
  if (isMoving) return { state: 'moving' }
  if (source === null) {
    if (waiting?.reason === UNMATCHED) return { state: 'unmatched' }
    const unnamed = userId === null ? 'unknown_customer' : NOT_TOLD
    const reason = isDisputed ? 'user_disputed' : (waiting?.reason ?? unnamed)
    return { state: 'waiting', reason, waitsFor: waiting?.waitsFor ?? [] }
  }
  return { ...ofSource(source), version: source.version }
}

function ofSource({ states, hasGiven, over, sells, unknownReferences }: PurchaseSource): PurchaseStanding {
  if (states.some((state) => state !== 'expired' && state !== 'revoked')) return { state: 'applied' }
  if (over === 'all' || (hasGiven && over === 'in_part')) return { state: 'ended' }
  if (unknownReferences.length > 0) {
    const waitsFor = unknownReferences.map((reference) => `product:${reference}`)
    return { state: 'waiting', reason: 'unknown_product', waitsFor }
  }
  if (hasGiven || over === 'in_part') return { state: 'ended' }
  if (sells === 'no_features') return { state: 'applied' }
  return { state: 'waiting', reason: sells === 'features' ? NOT_PAID : NOT_TOLD, waitsFor: [] }
}
