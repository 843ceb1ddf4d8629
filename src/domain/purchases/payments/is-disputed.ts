import type { Register } from '../register/register.ts'
import type { Bill } from './bills.ts'
import { type PaidPeriod, isWithin } from './paid-periods.ts'

/**
 * Whether an open dispute holds a period: one about its payment does, and one of which it is not known what its payment
 * covers holds all of the source. Where no period is known (`null`), any open dispute does.
 */
export function isDisputed({ holds, payments }: Register, period: PaidPeriod | null): boolean {
  return Object.values(holds).some(({ held, payment = null, paidAt = null }) => {
    if (!held) return false
    if (period === null || (payment === null && paidAt === null)) return true
    if (payment === null) return isWithin(period, paidAt)
    if (period.bills.some(({ payments: ids }) => ids.includes(payment))) return true
    const record = payments[payment]
    const { covers = null } = (record?.bill ? payments[record.bill] : record) ?? {}
    return covers === null && period.state !== 'paid' && isWithin(period, record?.paidAt ?? null)
  })
}

/** Whether an open dispute holds a line that is bought once; `paidBy` is its payment, `null` for any of the source. */
export function isLineDisputed({ holds }: Register, bills: readonly Bill[], paidBy: string | null): boolean {
  return Object.values(holds).some(({ held, payment = null }) => {
    if (!held) return false
    const bill = bills.find(({ payments }) => payment !== null && payments.includes(payment))
    return paidBy === null || bill === undefined || bill.payments.includes(paidBy)
  })
}
