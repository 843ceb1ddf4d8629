import type { Instant } from '../../values/instant.ts'
import type { CoveredLine, Covers } from '../register/fact.ts'
import { type PaymentRecord, type Register, coveredLines } from '../register/register.ts'

/** One bill with all of its payments: what it covers, and how much of it was refunded. */
export interface Bill {
  /** `null` where no event says what it is for. */
  readonly covers: Covers | null
  readonly paidAt: Instant | null
  readonly returned: 'nothing' | 'part' | 'all'
  /** When the last of it was refunded, `null` where no event says so. */
  readonly returnedAt: Instant | null
  /** The items whose periods it pays for; `null` for all of them. */
  readonly items: ReadonlySet<string> | null
  /** Items whose line a refund names: refunded whole, and in part. */
  readonly itemsReturned: ReadonlySet<string>
  readonly itemsReturnedInPart: ReadonlySet<string>
  /** The ids under which it is disputed. */
  readonly payments: readonly string[]
}

/**
 * Returns the bills of a source. Several payments, and the customer's balance, can pay one bill: a refund of one payment is
 * then a part of it. https://docs.stripe.com/invoicing/partial-payments, https://docs.stripe.com/billing/customer/balance
 */
export function billsOf({ payments, reversals }: Register): readonly Bill[] {
  const refunds = Object.values(reversals).flatMap(({ undone, reverses, reversedAt = null }) =>
    reverses.type === 'amount' ? [{ ...reverses, undone, reversedAt }] : [],
  )
  const allIds = new Set([...Object.keys(payments), ...refunds.map(({ payment }) => payment)])
  const byBill = Map.groupBy(allIds, (id) => payments[id]?.bill ?? id)
  return [...byBill].map(([bill, ids]) => {
    const own = payments[bill]
    const parts = ids.flatMap((id) => (id === bill ? [] : [payments[id]]))
    const lines = own === undefined ? [] : coveredLines(own)
    const ofLines = lines.map((line) => ({ line, sum: sumOf(refunds.filter(isOfLine(line))) }))
    const whole = ofLines.filter(({ line, sum }) => sum > 0 && line.total !== null && sum >= line.total)
    const inPart = ofLines.filter((one) => one.sum > 0 && !whole.includes(one))
    const isNamed = (refund: Refund) => lines.some((line) => isOfLine(line)(refund))
    // A refund can name a line that covers no period, such as a change: it counts up to what the known lines leave of the bill.
    const isBeside = ({ line = null }: Refund) => line !== null && lines.some(({ id }) => id !== null)
    const beside = Math.min(
      sumOf(refunds.filter((one) => ids.includes(one.payment) && !isNamed(one) && isBeside(one))),
      Math.max(0, totalOf(own, parts) - lines.reduce((sum, { total }) => sum + (total ?? 0), 0)),
    )
    const ofWholeBill = ids.reduce((sum, id) => {
      const theirs = refunds.filter(
        (refund) => refund.payment === id && !isNamed(refund) && !isBeside(refund),
      )
      return sum + returnedOf(payments[id], theirs)
    }, 0)
    const ofNamedLines = ofLines.reduce((sum, one) => sum + Math.min(one.sum, one.line.total ?? one.sum), 0)
    const sum = ofWholeBill + ofNamedLines + beside
    const isAll = sum > 0 && sum >= totalOf(own, parts)
    const moments = refunds.flatMap((one) =>
      ids.includes(one.payment) && one.reversedAt !== null ? [one.reversedAt] : [],
    )
    return {
      covers: own?.covers ?? null,
      paidAt: own?.paidAt ?? parts[0]?.paidAt ?? null,
      returned: isAll ? 'all' : ofWholeBill > 0 ? 'part' : 'nothing',
      returnedAt: moments.length === 0 ? null : Math.max(...moments),
      items: lines.some(({ item }) => item === null)
        ? null
        : new Set(lines.flatMap(({ item }) => item ?? [])),
      itemsReturned: itemsOf(whole),
      itemsReturnedInPart: itemsOf(inPart),
      payments: [...new Set([bill, ...ids])],
    }
  })
}

interface Refund {
  readonly payment: string
  readonly amount: number
  readonly line?: string | null
  readonly undone: boolean
}

/**
 * Returns how much of a payment was refunded. Providers say it as a sum with the payment and also refund by refund: the
 * greater counts. A refund that failed later is still in a sum that was sent before, and is taken off it; the sum counts up
 * to what was paid, as some providers only say that all was refunded.
 */
function returnedOf(payment: PaymentRecord | undefined, refunds: readonly Refund[]): number {
  const { total = 0, refunded = 0 } = payment?.money ?? {}
  const failed = sumOf(refunds.filter(({ undone }) => undone).map((refund) => ({ ...refund, undone: false })))
  return Math.max(sumOf(refunds), Math.min(refunded, total) - failed)
}

function sumOf(refunds: readonly Refund[]): number {
  return refunds.reduce((sum, { undone, amount }) => sum + (undone ? 0 : amount), 0)
}

/** Returns the total of a bill, the part that the customer's balance paid included; `Infinity` where it is unknown. */
function totalOf(own: PaymentRecord | undefined, parts: readonly (PaymentRecord | undefined)[]): number {
  if (own !== undefined && own.money !== null) return own.money.total
  if (parts.length === 0) return Infinity
  return parts.reduce((sum, part) => sum + (part?.money?.total ?? Infinity), 0)
}

function isOfLine({ id }: CoveredLine): (refund: Refund) => boolean {
  return ({ line = null }) => id !== null && line === id
}

function itemsOf(lines: readonly { readonly line: CoveredLine }[]): ReadonlySet<string> {
  return new Set(lines.flatMap(({ line: { item } }) => (item === null ? [] : [item])))
}
