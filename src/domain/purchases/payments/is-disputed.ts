import type { Bill } from './bills.ts'
import { type PaidPeriod, isWithin } from './periods.ts'
import type { Register } from '../register/register.ts'

/** An open dispute holds what its payment covers, and all where it is not known which that is. */
export function isDisputed({ holds, payments }: Register, period: PaidPeriod | null): boolean {
  return Object.values(holds).some(({ held, payment = null, paidAt = null }) => {
    if (!held) return false
    if (period === null || (payment === null && paidAt === null)) return true
    if (payment === null) return isWithin(period, paidAt)
    if (period.bills.some(({ payments: ids }) => ids.includes(payment))) return true
    const known = payments[payment]
    const { covers = null } = (known?.bill ? payments[known.bill] : known) ?? {}
    return covers === null && period.state !== 'paid' && isWithin(period, known?.paidAt ?? null)
  })
}

/** Likewise of what is bought once, along with a subscription by the payment `paidBy`. */
export function isLineDisputed({ holds }: Register, bills: readonly Bill[], paidBy: string | null): boolean {
  return Object.values(holds).some(({ held, payment = null }) => {
    if (!held) return false
    const bill = bills.find(({ payments }) => payment !== null && payments.includes(payment))
    return paidBy === null || bill === undefined || bill.payments.includes(paidBy)
  })
}
