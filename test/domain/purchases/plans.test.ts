import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planOf, planSource } from '../../../src/domain/purchases/plans/plan.ts'
import type { PlanCommand } from '../../../src/domain/purchases/plans/plan-command.ts'
import { isGivenBy } from '../../../src/domain/purchases/products/is-given-by.ts'
import type { Product } from '../../../src/domain/purchases/products/product.ts'
import { sourceKeyText } from '../../../src/domain/purchases/register/source-key.ts'
import { accessAt } from '../../../src/domain/user/access-of-state.ts'
import type { Command } from '../../../src/domain/user/command.ts'
import type { Entry } from '../../../src/domain/user/entry.ts'
import { fold } from '../../../src/domain/user/fold.ts'
import { type UserState, emptyState } from '../../../src/domain/user/user-state.ts'
import { decideCommand } from '../../../src/ledger/object/decisions/decide-command.ts'
import { aCatalog, aFeature } from '../../support/a-catalog.ts'
import { aCreation } from '../samples.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2027, 0, 1)

const CATALOG = aCatalog([
  aFeature({ key: 'export', type: 'boolean' }),
  aFeature({ key: 'credits', type: 'metered' }),
  aFeature({ key: 'calls', type: 'metered' }),
])

const POLICY = {
  graceMs: 7 * DAY,
  partialRefund: 'keep',
  spentRefund: 'floor_at_zero',
  amounts: 'on_active',
} as const

/** What products give: credits once and for each, calls every day. */
interface Sold {
  readonly exports: boolean
  readonly credits: number
  readonly calls: number
}

function aProduct(id: string, { exports, credits, calls }: Sold): Product {
  const reset = { every: 'day', rolloverMax: 0 } as const
  return {
    id,
    features: [
      ...(exports ? [{ feature: 'export', type: 'boolean' } as const] : []),
      { feature: 'credits', type: 'metered', amount: credits, perQuantity: true },
      ...(calls > 0 ? [{ feature: 'calls', type: 'metered', amount: calls, reset } as const] : []),
    ],
  }
}

/** A user's ledger as their object decides it, with the catalog of this moment. */
class Ledger {
  state: UserState = emptyState('ada')
  readonly entries: Entry[] = []
  readonly products = new Map<string, Product>()

  async do(command: Command, now: number): Promise<string> {
    const submission = {
      command,
      commandId: 'c',
      cause: { kind: 'api', ref: 'r' },
      effectiveAt: null,
      idempotency: null,
      ifVersion: null,
      actor: null,
      reason: null,
      requestId: 'r',
    }
    const productsOf = () => (reference: string) => this.products.get(reference)
    const basis = { state: this.state, catalog: CATALOG, productsOf, past: new Map(), policy: POLICY }
    const { outcome, entries, state } = await decideCommand(submission, basis, now)
    this.state = state
    this.entries.push(...entries)
    return outcome.type === 'refused' ? outcome.refusal.code : outcome.type
  }
}

/** What a plan should be, by what was asked alone. */
class Model {
  plan: {
    product: string
    quantity: number
    startsAt: number
    endsAt: number | null
    isEnded: boolean
  } | null = null
  spent = 0
  readonly calledOn = new Map<number, number>()
  readonly sold: Record<string, Sold> = {}

  do(command: PlanCommand, now: number): string {
    if (command.type === 'give_plan' && this.plan !== null) return 'plan_exists'
    if (command.type !== 'give_plan' && this.plan === null) return 'plan_not_found'
    if (command.type === 'end_plan') {
      if (this.plan !== null && !this.plan.isEnded) {
        this.plan = { ...this.plan, isEnded: true, endsAt: Math.min(this.plan.endsAt ?? now, now) }
      }
      return 'planned'
    }
    if (command.type === 'change_plan' && this.plan?.isEnded === true) return 'plan_ended'
    if (this.sold[command.product] === undefined) return 'product_unknown'
    const startsAt = this.plan?.startsAt ?? now
    const { product, quantity, endsAt } = command
    if (endsAt !== null && endsAt <= startsAt) return 'period_impossible'
    this.plan = { product, quantity, endsAt, startsAt, isEnded: false }
    return 'planned'
  }

  /** What the plan gives at a moment. */
  at(now: number) {
    const { plan } = this
    const sold = plan === null ? undefined : this.sold[plan.product]
    if (plan === null || sold === undefined || (plan.endsAt !== null && plan.endsAt <= now)) {
      return { exports: false, credits: 0, calls: 0 }
    }
    const called = this.calledOn.get(this.dayOf(now)) ?? 0
    return {
      exports: sold.exports,
      credits: Math.max(0, sold.credits * plan.quantity - this.spent),
      calls: Math.max(0, sold.calls - called),
    }
  }

  dayOf(now: number): number {
    return Math.floor((now - (this.plan?.startsAt ?? 0)) / DAY)
  }
}

type Act =
  | {
      readonly type: 'give' | 'change'
      readonly product: string
      readonly quantity: number
      readonly hours: number | null
    }
  | { readonly type: 'end' }
  | { readonly type: 'use'; readonly feature: 'credits' | 'calls'; readonly amount: number }
  | { readonly type: 'sell'; readonly product: string; readonly sold: Sold }

const product = fc.constantFrom('a', 'b', 'c')
const sold = fc.record({
  exports: fc.boolean(),
  credits: fc.integer({ min: 1, max: 9 }),
  calls: fc.integer({ min: 0, max: 5 }),
})
const quantity = fc.integer({ min: 1, max: 3 })
const hours = fc.option(fc.integer({ min: -5, max: 60 }))
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('give' as const), product, quantity, hours }) },
  { weight: 8, arbitrary: fc.record({ type: fc.constant('change' as const), product, quantity, hours }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('end' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('use' as const),
      feature: fc.constantFrom('credits' as const, 'calls' as const),
      amount: fc.integer({ min: 1, max: 8 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('sell' as const), product, sold }) },
)

describe('a plan by hand', () => {
  it('is what was asked of it last, and what was used stays used, in whatever order it is asked', async () => {
    const lives = fc.array(fc.tuple(act, fc.integer({ min: 0, max: 30 })), {
      minLength: 1,
      maxLength: 24,
      size: 'max',
    })
    await fc.assert(
      fc.asyncProperty(lives, async (acts) => {
        const [ledger, model] = [new Ledger(), new Model()]
        const source = planSource('plan')
        const sell = async (id: string, of: Sold, now: number) => {
          model.sold[id] = of
          ledger.products.set(id, aProduct(id, of))
          await ledger.do({ type: 'settle_source', source, facts: [], moved: null }, now)
        }
        let now = START
        await sell('a', { exports: true, credits: 5, calls: 2 }, now)
        await sell('b', { exports: false, credits: 8, calls: 0 }, now)
        // A grant of the same name is none of the plan's.
        await ledger.do(aGrant('plan'), now)
        for (const [one, later] of acts) {
          now += later * HOUR
          if (one.type === 'sell') await sell(one.product, one.sold, now)
          else if (one.type === 'use') {
            const isThere = model.at(now)[one.feature] >= one.amount
            const outcome = await ledger.do(
              { type: 'consume', feature: one.feature, amount: one.amount },
              now,
            )
            expect(outcome).toBe(isThere ? 'used' : 'insufficient_balance')
            if (isThere && one.feature === 'credits') model.spent += one.amount
            if (isThere && one.feature === 'calls') {
              const day = model.dayOf(now)
              model.calledOn.set(day, (model.calledOn.get(day) ?? 0) + one.amount)
            }
          } else {
            const command = commandOf(one, now)
            expect(await ledger.do(command, now)).toBe(model.do(command, now))
          }
          const is = model.at(now)
          expect(left(ledger.state, 'credits', now)).toBe(is.credits)
          expect(left(ledger.state, 'calls', now)).toBe(is.calls)
          const record = ledger.state.sources.get(sourceKeyText(source))
          if (record !== undefined && model.plan !== null) {
            const own = [...ledger.state.entitlements.values()].filter((given) => isGivenBy(given, source))
            expect(planOf(record, own)).toMatchObject({
              product: model.plan.product,
              quantity: model.plan.quantity,
              isEnded: model.plan.isEnded,
            })
            const exporting = own.some(
              ({ feature, withdrawn, endsAt }) =>
                feature === 'export' && !withdrawn && (endsAt === null || now < endsAt),
            )
            expect(exporting).toBe(is.exports)
          }
          expect(accessAt(ledger.state, 'export', now)).toMatchObject({ allowed: true })
        }
        const folded = ledger.entries.reduce((state, entry) => fold(state, entry, null), emptyState('ada'))
        expect(folded).toEqual(ledger.state)
      }),
      { numRuns: 200 },
    )
  })

  it('gives no amount a second time to who changes to one by the day and back, or to one by the month', async () => {
    const ledger = new Ledger()
    const metered = (amount: number, every?: 'day' | 'month'): Product['features'] => [
      {
        feature: 'credits',
        type: 'metered',
        amount,
        ...(every === undefined ? {} : { reset: { every, rolloverMax: 0 } }),
      },
    ]
    ledger.products.set('once', { id: 'once', features: metered(100) })
    ledger.products.set('daily', { id: 'daily', features: metered(10, 'day') })
    ledger.products.set('monthly', { id: 'monthly', features: metered(50, 'month') })
    const terms = { sourceRef: 'plan', quantity: 1, endsAt: null }
    await ledger.do({ type: 'give_plan', ...terms, product: 'once', startsAt: null }, START)
    const change = (id: string, now: number) => ledger.do({ type: 'change_plan', ...terms, product: id }, now)
    const use = (amount: number, now: number) =>
      ledger.do({ type: 'consume', feature: 'credits', amount }, now)
    expect(await use(100, START)).toBe('used')
    await change('daily', START + HOUR)
    expect(await use(10, START + DAY)).toBe('used')
    await change('monthly', START + 2 * DAY)
    expect(await use(50, START + 2 * DAY)).toBe('used')
    await change('once', START + 3 * DAY)
    expect(left(ledger.state, 'credits', START + 3 * DAY)).toBe(0)
    await change('monthly', START + 4 * DAY)
    expect(left(ledger.state, 'credits', START + 4 * DAY)).toBe(0)
    expect(left(ledger.state, 'credits', START + 32 * DAY)).toBe(50)
  })

  it('lets an amount go over to the next period only from one in which it gave that', async () => {
    const ledger = new Ledger()
    const reset = { every: 'month', rolloverMax: 50 } as const
    const features = [{ feature: 'credits', type: 'metered', amount: 100, reset } as const]
    ledger.products.set('monthly', { id: 'monthly', features })
    ledger.products.set('plain', { id: 'plain', features: [] })
    const terms = { sourceRef: 'plan', quantity: 1, endsAt: null }
    const leftOn = (day: number) => left(ledger.state, 'credits', START + day * DAY)
    const change = (id: string, day: number) =>
      ledger.do({ type: 'change_plan', ...terms, product: id }, START + day * DAY)
    await ledger.do({ type: 'give_plan', ...terms, product: 'plain', startsAt: START - 100 * DAY }, START)
    await change('monthly', 10)
    expect(leftOn(10)).toBe(100)
    expect(leftOn(50)).toBe(150)
    await change('plain', 50)
    await change('monthly', 51)
    expect(leftOn(51)).toBe(150)
    await change('plain', 52)
    await change('monthly', 120)
    expect(leftOn(120)).toBe(100)
    expect(leftOn(155)).toBe(150)
  })
})

function commandOf(one: Exclude<Act, { type: 'use' | 'sell' }>, now: number): PlanCommand {
  if (one.type === 'end') return { type: 'end_plan', sourceRef: 'plan' }
  const { product: id, quantity: count, hours: until } = one
  const terms = {
    sourceRef: 'plan',
    product: id,
    quantity: count,
    endsAt: until === null ? null : now + until * HOUR,
  }
  return one.type === 'give'
    ? { type: 'give_plan', ...terms, startsAt: null }
    : { type: 'change_plan', ...terms }
}

function aGrant(ref: string): Command {
  const source = { provider: 'api', account: '', ref, product: null }
  return aCreation({ entitlementId: 'ent_granted', source })
}

function left(state: UserState, feature: string, now: number): number {
  return accessAt(state, feature, now).balance?.remaining ?? 0
}
