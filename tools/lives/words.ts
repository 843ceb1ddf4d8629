import type { Basket, Happening, Life, Payment } from './life.ts'
import { iso } from './told.ts'

/** A life for people to read, one line for each thing that happened. */
export function inWords({ happenings }: Life): readonly string[] {
  return happenings.map((happening) => `${iso(happening.at).slice(0, 19)}Z  ${said(happening)}`)
}

function said(happening: Happening): string {
  switch (happening.type) {
    case 'bought': {
      const { period, year, basket } = happening.after
      const beside = year === null ? '' : `, which is until ${iso(year.endsAt).slice(0, 19)}Z`
      return `bought ${basketIn(basket)}${beside}, ${period.kind} until ${iso(period.endsAt).slice(0, 19)}Z`
    }
    case 'moved':
      return `period ${happening.after.period.index} begins, until ${iso(happening.after.period.endsAt).slice(0, 19)}Z`
    case 'paid': {
      const { payment, isRecovery, isUpgrade, after } = happening
      const how = isRecovery ? ' after all' : isUpgrade ? ' as a plan of its own' : ''
      return `period ${payment.period.index} (${basketIn(after.basket)}) is paid${how}, until ${iso(after.period.endsAt).slice(0, 19)}Z`
    }
    case 'failed': {
      const { after, isFirst, storeGraceEndsAt } = happening
      const store =
        storeGraceEndsAt === undefined ? '' : `, the store waits until ${iso(storeGraceEndsAt).slice(0, 19)}Z`
      return `the payment of period ${after.period.index} fails${isFirst ? '' : ' again'}${store}`
    }
    case 'gave_up':
      return `nobody tries to collect it any more: ${happening.how}`
    case 'changed':
      return `changed to ${basketIn(happening.after.basket)}, ${happening.how}`
    case 'change_settled':
      return `the change is ${happening.how}: ${basketIn(happening.after.basket)}`
    case 'change_planned':
      return `will be ${happening.plan} from the next period on`
    case 'ended':
      return `ends ${happening.why}`
    case 'extra_paid':
      return `something extra is paid: ${paymentIn(happening.payment)}`
    case 'refunded': {
      const { payment, amount, refundedSoFar } = happening
      return `${amount} of ${paymentIn(payment)} are given back, ${refundedSoFar} by now`
    }
    case 'refund_failed':
      return `${happening.amount} of ${paymentIn(happening.payment)} come back to the shop, ${happening.refundedSoFar} are given back by now`
    case 'line_refunded':
      return `line ${happening.line} of ${paymentIn(happening.payment)} is given back`
    case 'disputed':
    case 'dispute_won':
    case 'dispute_lost':
      return `${happening.type.replace('_', ' ')}: ${paymentIn(happening.payment)}`
    case 'paused':
    case 'resumed':
    case 'cancel_scheduled':
    case 'uncancelled':
    case 'touched':
      return happening.type.replace('_', ' ')
  }
}

function basketIn({ plan, quantity, addon }: Basket): string {
  return `${quantity} × ${plan}${addon ? ' and the addon' : ''}`
}

function paymentIn({ key, amount, fromBalance, covers, period }: Payment): string {
  return `${key} (${amount}, ${fromBalance > 0 ? `${fromBalance} from the balance, ` : ''}for ${covers === 'period' ? `period ${period.index}` : covers})`
}
