import type { Happening, Life, Payment } from '../life.ts'

/** Lives in which a fault can show: of all the others none is lived through. */
export type Such = (life: Life) => boolean

export function inWhich(...types: readonly Happening['type'][]): Such {
  return ({ happenings }) => types.every((type) => happenings.some((one) => one.type === type))
}

/** In which what was paid for this is given back whole, while the period goes on in which it was paid. */
export function inWhichIsGivenBack(covers: Payment['covers']): Such {
  return ({ happenings }) => {
    let newest = 0
    return happenings.some((one) => {
      if ('after' in one) newest = one.after.period.index
      if (one.type !== 'refunded') return false
      const { payment, refundedSoFar } = one
      return payment.covers === covers && payment.period.index === newest && refundedSoFar === payment.amount
    })
  }
}

/** In which a change that began a period of its own is given back whole while that goes on. */
export const inWhichAnUpgradeIsGivenBack: Such = ({ happenings }) => {
  let newest = ''
  return happenings.some((one) => {
    if (one.type === 'paid') newest = one.isUpgrade ? one.payment.key : ''
    return one.type === 'refunded' && one.payment.key === newest && one.refundedSoFar === one.payment.amount
  })
}

/** In which a period begins while the one before is overdue. */
export const inWhichItGoesOnOverdue: Such = ({ happenings }) =>
  happenings.some((one) => one.type === 'moved' && one.after.status === 'overdue')

/** In which a change is declined while the period that it falls into is paid. */
export const inWhichIsDeclined: Such = ({ happenings }) =>
  happenings.some((one) => one.type === 'changed' && one.how === 'declined')

export const inWhichAPlanIsReplaced: Such = ({ happenings }) =>
  happenings.some((one) => one.type === 'changed' && one.before.plan !== one.after.basket.plan)
