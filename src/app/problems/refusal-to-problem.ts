import type { ProductRefusal } from '../../catalog/put-product.ts'
import type { ProblemCode, ProblemFacts } from '../../contract/problems/problems.ts'
import type { ValueRefusal } from '../../domain/entitlements/allowance.ts'
import { EVERYONE } from '../../domain/entitlements/entitlement.ts'
import { UNITED_MAX } from '../../domain/entitlements/is-combinable.ts'
import type { Refusal } from '../../domain/user/refusal.ts'
import { consumptionId, reservationId } from '../wire/usage-ids.ts'
import { accessToWire, instantToWire } from '../wire/wire.ts'

/** Puts a refusal into words. No default branch: a new refusal fails to compile until it has some. */
export function refusalToProblem(refusal: Refusal | ProductRefusal): {
  readonly code: ProblemCode
  readonly facts: ProblemFacts
} {
  const { code } = refusal
  switch (code) {
    case 'entitlement_not_found':
      return { code, facts: { detail: `Cannot find entitlement "${refusal.entitlementId}"` } }
    case 'entitlement_exists': {
      const { entitlementId } = refusal
      const detail = `Cannot create what exists: it is "${entitlementId}". Update it, or where it is revoked, send another sourceRef`
      return { code, facts: { detail, entitlementId } }
    }
    case 'managed_by_source':
      return { code, facts: { detail: managedBy(refusal.provider) } }
    case 'entitlement_revoked':
      return { code, facts: { detail: `Cannot change "${refusal.entitlementId}": it was revoked` } }
    case 'feature_unknown':
      return {
        code,
        facts: {
          detail: `Cannot find "${refusal.feature}": create the feature, then send this with a new key`,
        },
      }
    case 'plan_exists': {
      const { sourceRef } = refusal
      return { code, facts: { detail: `Cannot give "${sourceRef}" to this user again`, sourceRef } }
    }
    case 'plan_not_found':
      return { code, facts: { detail: `Cannot find the plan "${refusal.sourceRef}"` } }
    case 'plan_ended':
      return { code, facts: { detail: `Cannot change "${refusal.sourceRef}": it was ended` } }
    case 'product_unknown':
      return {
        code,
        facts: {
          detail: `Cannot find "${refusal.product}": create the product, then send this with a new key`,
        },
      }
    case 'product_archived':
      return { code, facts: { detail: `Cannot give "${refusal.product}": it is archived` } }
    case 'feature_archived':
      return { code, facts: { detail: `Cannot give "${refusal.feature}": it is archived` } }
    case 'value_missing':
      return { code, facts: { detail: `Cannot give "${refusal.feature}" without a value` } }
    case 'value_not_allowed':
      return { code, facts: { detail: `Cannot give "${refusal.feature}" a value` } }
    case 'amount_missing':
      return { code, facts: { detail: `Cannot give "${refusal.feature}" without an amount` } }
    case 'amount_not_allowed':
      return { code, facts: { detail: `Cannot give "${refusal.feature}" an amount or a reset` } }
    case 'reset_not_allowed':
      return { code, facts: { detail: `Cannot give "${refusal.feature}" a reset` } }
    case 'value_not_combinable': {
      const { feature, combine } = refusal
      return { code, facts: { detail: `Cannot give "${feature}" that: ${NEEDS[combine]}`, combine } }
    }
    case 'amount_too_large':
      return { code, facts: { detail: `Cannot count that much of "${refusal.feature}"` } }
    case 'feature_disabled': {
      const { feature, access } = refusal
      const what = access.spends === undefined ? 'it' : `it or "${access.spends.feature}", which it spends,`
      const detail = `Cannot take of "${feature}" while ${what} is switched off`
      return { code, facts: { detail, ...accessToWire(feature, access) } }
    }
    case 'feature_not_metered':
      return { code, facts: { detail: `Cannot consume "${refusal.feature}": it is not metered` } }
    case 'insufficient_balance': {
      const { feature, amount, access } = refusal
      const { balance, spends, maxAmount = 0 } = access
      const remaining = balance?.remaining ?? 0
      const what = spends === undefined ? '' : ` of "${spends.feature}", which it spends,`
      const most = maxAmount === Math.max(0, remaining) ? '' : `, and at most ${maxAmount} may be taken`
      const detail = `Cannot take ${amount} of "${feature}": ${remaining}${what} remain${most}`
      return { code, facts: { detail, amount, ...accessToWire(feature, access) } }
    }
    case 'consumption_not_found':
      return { code, facts: { detail: `Cannot find consumption "${consumptionId(refusal.consumption)}"` } }
    case 'reversal_exceeds_consumption': {
      const { consumed, reversed } = refusal
      const detail = `Cannot reverse more than ${consumed - reversed} of it`
      return { code, facts: { detail, consumed, reversed } }
    }
    case 'consumption_moved': {
      const detail = `What ${consumptionId(refusal.consumption)} took went along with its purchase to another user`
      return { code, facts: { detail } }
    }
    case 'reservation_not_found':
      return { code, facts: { detail: `Cannot find reservation "${reservationId(refusal.reservation)}"` } }
    case 'reservation_already_committed':
      return {
        code,
        facts: { ...resolved(refusal.reservation, code), consumptionId: consumptionId(refusal.by) },
      }
    case 'reservation_already_released':
      return { code, facts: { ...resolved(refusal.reservation, code), releasedBy: refusal.by } }
    case 'reservation_moved': {
      const detail = `${reservationId(refusal.reservation)} went along with its purchase to another user`
      return { code, facts: { detail } }
    }
    case 'reservation_already_expired':
      return {
        code,
        facts: { ...resolved(refusal.reservation, code), expiredAt: instantToWire(refusal.expiredAt) },
      }
    case 'commit_exceeds_reservation': {
      const { reserved } = refusal
      return { code, facts: { detail: `Cannot commit more than the ${reserved} that it holds`, reserved } }
    }
    case 'holder_missing':
      return { code, facts: { detail: `Cannot take of "${refusal.feature}" for nobody` } }
    case 'holder_exists': {
      const { feature, has, seq, amount: holds } = refusal
      const where =
        has === 'holding' ? { consumptionId: consumptionId(seq) } : { reservationId: reservationId(seq) }
      return { code, facts: { detail: `The holder has ${holds} of "${feature}"`, holds, ...where } }
    }
    case 'holder_not_found':
      return { code, facts: { detail: `The holder has nothing of "${refusal.feature}"` } }
    case 'too_many_holders':
      return { code, facts: { detail: `Cannot have more than ${refusal.limit} holders` } }
    case 'reservation_has_no_holder': {
      const detail = `Cannot renew "${reservationId(refusal.reservation)}": nobody has it`
      return { code, facts: { detail } }
    }
    case 'too_many_reservations':
      return { code, facts: { detail: `Cannot have more than ${refusal.limit} open reservations` } }
    case 'period_impossible':
      return { code, facts: { detail: `Cannot have that period: ${refusal.rule}` } }
    case 'too_many_entitlements':
      return { code, facts: { detail: `Cannot have more than ${refusal.limit} live entitlements` } }
    case 'reference_taken': {
      const { reference, productId } = refusal
      const { provider, account, ref } = reference
      const owner = account === undefined ? provider : `${account} at ${provider}`
      const detail = `Cannot take "${ref}" of ${owner}: it stands for "${productId}"`
      return { code, facts: { detail, productId } }
    }
    case 'would_revoke': {
      const { sources, everyone = false } = refusal
      const many = sources === 1 ? '1 purchase or plan' : `${sources} purchases and plans`
      const losing = [...(everyone && sources === 0 ? [] : [many]), ...(everyone ? ['everybody'] : [])]
      const from = losing.map((who) => `from ${who}`).join(' and ')
      const detail = `Cannot take that away ${from}, unless confirm is true`
      return { code, facts: { detail, sources, ...(everyone ? { everyone } : {}) } }
    }
    case 'catalog_full': {
      const { what, limit } = refusal
      return { code, facts: { detail: `Cannot have more than ${limit} ${what}, archived ones too`, limit } }
    }
  }
}

/** What a value has to be so that it can be combined with others. */
const NEEDS: Readonly<Record<ValueRefusal['combine'], string>> = {
  latest: 'any JSON will do',
  max: 'the greatest value counts, and so it has to be a number',
  min: 'the smallest value counts, and so it has to be a number',
  sum: 'values are summed, and so it has to be a whole number within ±(2^53 − 1)',
  union: `lists are united, and so it has to be a list of at most ${UNITED_MAX} texts, numbers, booleans and nulls`,
}

function managedBy(provider: string): string {
  switch (provider) {
    case EVERYONE:
      return 'Cannot change for one user what everybody has: change the product, or give it by hand to who may have it'
    case 'api':
      return 'Cannot update what a plan gives: change the plan'
    default:
      return `Cannot update what was bought from ${provider}`
  }
}

function resolved(reservation: number, code: string): { readonly detail: string } {
  const how = code.slice(code.lastIndexOf('_') + 1)
  return { detail: `Cannot resolve reservation "${reservationId(reservation)}" twice: it is ${how}` }
}
