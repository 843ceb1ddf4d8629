import type { EntitlementId } from '../values/ids.ts'
import { type Entitlement, isBought } from './entitlement.ts'
import { earlier, type Instant } from '../values/instant.ts'
import type { Json } from '../values/json.ts'
import { REASONS, type Reason, type Standing, nextChangeAt, ruleFor } from './state.ts'
import type { Balance } from './balance.ts'

/** As much of an entitlement as a check needs. */
export type Right = Pick<Entitlement, 'id' | 'allowance'> & Standing & Precedence

/** Which of several config rights gives the value. A snapshot of the version before has none of it: there the first does. */
export interface Precedence {
  readonly priority?: number
  readonly isBought?: boolean
}

/** The effective answer for one user and feature at one moment. */
export interface Access {
  readonly allowed: boolean
  readonly reason: Reason
  /** Those that give the answer: all that allow a boolean, the one that sets a config value, or the nearest miss. */
  readonly entitlements: readonly EntitlementId[]
  /** Only of a config feature that is allowed. */
  readonly value?: Json
  /** Only of a metered feature, allowed or not. */
  readonly balance?: Balance
  /** No later than this the answer has to be asked again; `null` while time alone changes nothing. */
  readonly nextChangeAt: Instant | null
}

const NO_ENTITLEMENT: Access = {
  allowed: false,
  reason: 'no_entitlement',
  entitlements: [],
  nextChangeAt: null,
}

/** The rights of one feature, in the order of `inOrder`, folded into the answer at `now`, whatever was spent of them. */
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
      entitlements: nearestMiss === null ? [] : [nearestMiss.id],
      nextChangeAt: next,
    }
  }
  switch (winner.allowance.type) {
    case 'config':
      return {
        allowed: true,
        reason: ruleFor(winner, now).reason(winner),
        entitlements: [winner.id],
        value: winner.allowance.value,
        nextChangeAt: next,
      }
    case 'boolean':
    case 'metered':
      return { allowed: true, reason, entitlements: allowing.map(({ id }) => id), nextChangeAt: next }
  }
}

/**
 * The latest start of the highest priority wins. But a purchase, whoever may have paid for it, makes nothing less: a number
 * that was bought does not take the place of a greater one, and no value that was bought that of one by hand of another kind,
 * such as a number that of `"unlimited"`. What is given by hand may make less.
 */
function winnerOf(allowing: readonly Right[]): Right | undefined {
  const [first] = allowing
  const alike = allowing.filter((right) => right.priority === first?.priority)
  return alike.reduceRight<Right | undefined>(
    (earlier, later) => (makesLess(later, earlier) ? earlier : later),
    undefined,
  )
}

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

/** The order in which rights of one feature win: highest priority, then latest start. */
export function byPrecedence(a: Entitlement, b: Entitlement): number {
  return b.priority - a.priority || startOf(b) - startOf(a) || (a.id < b.id ? -1 : 1)
}

/** What was given by hand and names no start started when it was given; of a purchase the arrival says nothing. */
function startOf(right: Entitlement): number {
  return right.startsAt ?? (isBought(right) ? Number.MIN_SAFE_INTEGER : right.createdAt)
}
