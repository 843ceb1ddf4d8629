import type { EntitlementId } from '../values/ids.ts'
import { earlier, type Instant } from '../values/instant.ts'
import type { Json } from '../values/json.ts'
import type { Balance } from './balance.ts'
import { combinedValue } from './combined-value.ts'
import { type Allowance, type Entitlement, isBought } from './entitlement.ts'
import type { Combine, Spends } from './feature.ts'
import { REASONS, type Reason, type Standing, nextChangeAt, ruleFor } from './state.ts'

/** What a check needs of an entitlement. Its form is stored in KV. */
export type Right = Pick<Entitlement, 'id' | 'allowance'> & Standing & Precedence & OfEverybody

/** By which product everybody has the right; absent of one's own rights. */
interface OfEverybody {
  readonly everyone?: string
}

/** What decides which of several config rights gives the value. Absent in snapshots of older releases: there the first does. */
export interface Precedence {
  readonly priority?: number
  /** Whether a purchase or a plan gives it. */
  readonly isBought?: boolean
}

/** Whether one user may use one feature at one moment, and why. */
export interface Access {
  readonly allowed: boolean
  readonly reason: Reason
  /** The entitlements that decide: all that allow a boolean, those that give a config value, or the nearest miss. */
  readonly entitlements: readonly EntitlementId[]
  /** The products by which everybody has what decides; absent where nothing of that is everybody's. */
  readonly everyone?: readonly string[]
  /** Only of a config feature that is allowed. */
  readonly value?: Json
  /** How several values became that one; absent where the latest counts. */
  readonly combine?: Combine
  /** Only of a metered feature, allowed or not. */
  readonly balance?: Balance
  /** The most that one consumption may ask for: 0 where none may. Only of a metered feature. */
  readonly maxAmount?: number
  /** Whose lots it spends, and the balance is of. Only of a feature that spends another's. */
  readonly spends?: Omit<Spends, 'requiresRight'>
  /** No later than this the answer has to be asked again; `null` while time alone changes nothing. */
  readonly nextChangeAt: Instant | null
}

const NO_ENTITLEMENT: Access = {
  allowed: false,
  reason: 'no_entitlement',
  entitlements: [],
  nextChangeAt: null,
}

/** Returns the access by the rights to one feature, in the order of `byPrecedence`, at `now`. What was spent does not count. */
export function accessOf(rights: readonly Right[] | undefined, now: Instant): Access {
  if (rights === undefined || rights.length === 0) return NO_ENTITLEMENT

  const allowing: Right[] = []
  let reason: Reason = 'no_entitlement'
  let nearestMiss: Right | null = null
  let nearestMissMs = Infinity
  let next: Instant | null = null

  for (const right of rights) {
    const rule = ruleFor(right, now)
    const rank = REASONS.indexOf(rule.reason(right)) - REASONS.indexOf(reason)
    if (rule.allows) allowing.push(right)
    const missMs = Math.abs(now - (rule.moment(right) ?? now))
    if (rank < 0 || (rank === 0 && missMs < nearestMissMs)) {
      reason = rule.reason(right)
      nearestMiss = right
      nearestMissMs = missMs
    }
    next = earlier(next, nextChangeAt(right, now))
  }

  const winner = winnerOf(allowing)
  if (winner === undefined) {
    return {
      allowed: false,
      reason,
      ...decidedBy(nearestMiss === null ? [] : [nearestMiss]),
      nextChangeAt: next,
    }
  }
  switch (winner.allowance.type) {
    case 'config': {
      const combined = combinedValue(allowing.filter(isOfConfig))
      const { value, by } = combined ?? { value: winner.allowance.value, by: [winner] }
      const { combine } = winner.allowance
      return {
        allowed: true,
        reason: bestReason(by, now),
        ...decidedBy(by),
        value,
        ...(combine === undefined ? {} : { combine }),
        nextChangeAt: next,
      }
    }
    case 'boolean':
    case 'metered':
      return { allowed: true, reason, ...decidedBy(allowing), nextChangeAt: next }
  }
}

/** Names the rights that decide, and by which products everybody has some of them. */
export function decidedBy(
  rights: readonly Pick<Right, 'id' | 'everyone'>[],
): Pick<Access, 'entitlements' | 'everyone'> {
  const everyone = [...new Set(rights.flatMap((right) => right.everyone ?? []))]
  return { entitlements: rights.map(({ id }) => id), ...(everyone.length === 0 ? {} : { everyone }) }
}

function isOfConfig(
  right: Right,
): right is Right & { readonly allowance: Extract<Allowance, { type: 'config' }> } {
  return right.allowance.type === 'config'
}

/** The one that is listed first. */
function bestReason(rights: readonly Right[], now: Instant): Reason {
  const places = rights.map((right) => REASONS.indexOf(ruleFor(right, now).reason(right)))
  return REASONS[Math.min(...places)] ?? 'granted'
}

/**
 * Returns the config right that gives the value: of the highest priority the one that started last. But a purchase never
 * lowers a value, as somebody else may have paid for it: a number that was bought does not replace a greater one, nor a value
 * by hand of another JSON type, such as `"unlimited"`. A value by hand may be lower.
 */
function winnerOf(allowing: readonly Right[]): Right | undefined {
  const [first] = allowing
  const alike = allowing.filter((right) => right.priority === first?.priority)
  return alike.reduceRight<Right | undefined>(
    (earlier, later) => (makesLess(later, earlier) ? earlier : later),
    undefined,
  )
}

/** Whether the later of two rights is a purchase that would lower the value of the earlier. */
function makesLess(later: Right, earlier: Right | undefined): boolean {
  if (earlier === undefined || later.isBought !== true) return false
  const [before, after] = [valueOf(earlier), valueOf(later)]
  if (typeof before === 'number' && typeof after === 'number') return after < before
  return earlier.isBought !== true && kindOf(before) !== kindOf(after)
}

function kindOf(value: Json | undefined): string {
  return value === null ? 'null' : typeof value
}

function valueOf({ allowance }: Right): Json | undefined {
  switch (allowance.type) {
    case 'config':
      return allowance.value
    case 'boolean':
    case 'metered':
      return undefined
  }
}

/** Orders rights to one feature: highest priority first, then latest start, then id. */
export function byPrecedence(a: Entitlement, b: Entitlement): number {
  return b.priority - a.priority || startOf(b) - startOf(a) || (a.id < b.id ? -1 : 1)
}

/** Without a start, a right by hand started when it was created; a purchase counts as started before all others. */
function startOf(right: Entitlement): number {
  return right.startsAt ?? (isBought(right) ? Number.MIN_SAFE_INTEGER : right.createdAt)
}
