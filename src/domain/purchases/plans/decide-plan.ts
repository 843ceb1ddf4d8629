import type { Seq } from '../../values/ids.ts'
import type { Instant } from '../../values/instant.ts'
import { type Result, err, ok } from '../../values/result.ts'
import type { ProductOf } from '../products/product.ts'
import type { SubscriptionFact } from '../register/fact.ts'
import type { SubscriptionRecord } from '../register/register.ts'
import type { PlanCommand, PlanRefusal } from './plan-command.ts'

/** When a command is recorded: the moment, and the place of its first entry. */
interface Place {
  readonly at: Instant
  readonly seq: Seq
}

/**
 * Returns what a command says of a plan, in the words of a subscription without periods and payments; `null` where the plan is
 * so already. `before` is what was said of it last, `null` where no plan of that `sourceRef` was ever given.
 */
export function decidePlan(
  before: SubscriptionRecord | null,
  command: PlanCommand,
  productOf: ProductOf,
  place: Place,
): Result<SubscriptionFact | null, PlanRefusal> {
  const { sourceRef } = command
  if (command.type === 'give_plan') {
    if (before !== null) return err({ code: 'plan_exists', sourceRef })
    return withProduct(command, command.startsAt ?? place.at, null, productOf, place)
  }
  if (before === null) return err({ code: 'plan_not_found', sourceRef })
  if (command.type === 'change_plan') {
    if (before.terminal) return err({ code: 'plan_ended', sourceRef })
    return withProduct(command, before.startsAt, before, productOf, place)
  }
  if (before.terminal) return ok(null)
  const endsAt = Math.min(before.endsAt ?? place.at, place.at)
  return ok({ ...before, ...saidAt(place, sourceRef), terminal: true, state: 'ended', endsAt })
}

function withProduct(
  { sourceRef, product: id, quantity, endsAt }: Exclude<PlanCommand, { type: 'end_plan' }>,
  startsAt: Instant | null,
  before: SubscriptionRecord | null,
  productOf: ProductOf,
  place: Place,
): Result<SubscriptionFact | null, PlanRefusal> {
  const product = productOf(id)
  const item = before?.items[0]
  if (product === undefined) return err({ code: 'product_unknown', product: id })
  // Who has it keeps it, with another quantity or end too.
  if (product.isArchived === true && item?.product !== id) {
    return err({ code: 'product_archived', product: id })
  }
  if (startsAt !== null && endsAt !== null && endsAt <= startsAt) {
    return err({ code: 'period_impossible', rule: 'endsAt must be later than startsAt' })
  }
  if (before?.endsAt === endsAt && item?.product === id && item.quantity === quantity) return ok(null)
  return ok({
    ...saidAt(place, sourceRef),
    terminal: false,
    state: 'active',
    startsAt,
    endsAt,
    tellsPayments: false,
    // Each product has lots of its own, which share what was used: nothing is given twice to who changes to and fro.
    items: [{ id, product: id, quantity, ordered: quantity, period: null }],
  })
}

/** Of several the last counts: places in a ledger order them, as two may be said at one moment. */
function saidAt({ at, seq }: Place, ref: string) {
  return {
    type: 'subscription',
    ref,
    aliases: [],
    customer: null,
    version: { at: seq, rank: 0 },
    toldAt: at,
  } as const
}
