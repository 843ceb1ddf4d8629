import fc from 'fast-check'
import { SOLD, type Sold } from '../catalog.ts'
import { DAY, HOUR, MINUTE, type Moment, SECOND } from '../life.ts'
import type { Line, OrderHappening, OrderStanding } from './order.ts'

type Act =
  | { readonly type: 'line'; readonly line: number; readonly quantity: number }
  | { readonly type: 'money' | 'cancel' | 'touch' }
  | { readonly type: 'dispute'; readonly outcome: 'won' | 'lost' | 'open'; readonly days: number }

/** All that chance decides of an order. */
export interface OrderScript {
  readonly startDay: number
  readonly startSecond: number
  readonly lines: readonly { readonly sold: Sold; readonly quantity: number }[]
  readonly isPaid: 'at_once' | 'later' | 'never'
  readonly acts: readonly Act[]
}

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('line'),
      line: fc.nat(2),
      quantity: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('money', 'touch', 'touch', 'cancel') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('dispute'),
      outcome: fc.constantFrom('won', 'lost', 'open'),
      days: fc.integer({ min: 1, max: 45 }),
    }),
  },
)

export const orderScript: fc.Arbitrary<OrderScript> = fc.record({
  startDay: fc.integer({ min: 0, max: 800 }),
  startSecond: fc.integer({ min: 0, max: 86_399 }),
  lines: fc.uniqueArray(
    fc.record({ sold: fc.constantFrom(...SOLD), quantity: fc.integer({ min: 1, max: 4 }) }),
    { minLength: 1, maxLength: 3, selector: ({ sold }) => sold },
  ),
  isPaid: fc.constantFrom('at_once', 'at_once', 'later', 'never'),
  acts: fc.array(act, { maxLength: 6, size: 'max' }),
})

/** What happens to an order that chance has written. */
export function orderLife({
  startDay,
  startSecond,
  lines,
  isPaid,
  acts,
}: OrderScript): readonly OrderHappening[] {
  const orderedAt: Moment = Date.UTC(2027, 0, 1) + startDay * DAY + startSecond * SECOND
  const happenings: OrderHappening[] = []
  let standing: OrderStanding = {
    orderedAt,
    lines: lines.map(({ sold, quantity }) => ({ sold, ordered: quantity, left: quantity })),
    status: isPaid === 'at_once' ? 'paid' : 'pending',
    cancelledAt: null,
  }
  happenings.push({ type: 'ordered', at: orderedAt, after: standing })
  let at = orderedAt + 3 * HOUR
  if (isPaid === 'later') {
    standing = { ...standing, status: 'paid' }
    happenings.push({ type: 'paid', at, after: standing })
  }
  let refunds = 0
  let disputes = 0
  for (const one of acts) {
    at += DAY + 11 * MINUTE
    const { status, cancelledAt } = standing
    const mayBeGivenBack = cancelledAt === null && (status === 'paid' || status === 'partially_refunded')
    switch (one.type) {
      case 'touch':
        happenings.push({ type: 'touched', at, after: standing })
        break
      case 'cancel':
        if (cancelledAt !== null) break
        standing = { ...standing, cancelledAt: at }
        happenings.push({ type: 'cancelled', at, after: standing })
        break
      case 'money':
        if (!mayBeGivenBack) break
        standing = { ...standing, status: 'partially_refunded' }
        happenings.push({ type: 'money_refunded', at, after: standing })
        break
      case 'line': {
        const line = standing.lines[one.line]
        const quantity = Math.min(one.quantity, line?.left ?? 0)
        if (!mayBeGivenBack || quantity === 0) break
        refunds += 1
        const left = standing.lines.map((known, index) => withLess(known, index === one.line ? quantity : 0))
        const isAll = left.every((known) => known.left === 0)
        standing = { ...standing, lines: left, status: isAll ? 'refunded' : 'partially_refunded' }
        happenings.push({
          type: 'line_refunded',
          at,
          refund: refunds,
          line: one.line,
          quantity,
          after: standing,
        })
        break
      }
      case 'dispute': {
        if (!mayBeGivenBack || disputes > 0) break
        disputes += 1
        const dispute = disputes
        happenings.push({ type: 'disputed', at, dispute, after: standing })
        if (one.outcome === 'open') break
        const closed = `dispute_${one.outcome}` as const
        happenings.push({ type: closed, at: at + one.days * DAY + 7 * MINUTE, dispute, after: standing })
      }
    }
  }
  return happenings.toSorted((a, b) => a.at - b.at)
}

function withLess(line: Line, quantity: number): Line {
  return { ...line, left: line.left - quantity }
}
