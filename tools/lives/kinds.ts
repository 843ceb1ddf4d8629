import type { Abilities } from './abilities.ts'
import { priceOf } from './catalog.ts'
import type { Happening, Payment } from './life.ts'

/** What somebody would call it who counts what happened; `newest` is the index of the newest period. */
export function kindOf(happening: Happening, newest: number): string {
  switch (happening.type) {
    case 'bought':
      if (happening.after.year !== null) return 'bought, with a year beside a month'
      return `bought, ${happening.after.period.kind}`
    case 'moved':
      return happening.after.status === 'overdue' ? 'another period begins, overdue' : 'renewal begins'
    case 'paid':
      if (happening.wasGivenUp) return 'paid after it was given up'
      if (happening.isRecovery)
        return happening.isConversion ? 'trial is paid after all' : 'renewal is paid after all'
      if (happening.isUpgrade) return 'upgrade'
      return happening.isConversion ? 'trial is paid' : 'renewal is paid'
    case 'failed':
      if (!happening.isFirst) return 'fails again'
      return happening.after.trialEndsAt === happening.after.period.startsAt ? 'trial fails' : 'renewal fails'
    case 'gave_up':
      return `given up, ${happening.how}`
    case 'changed': {
      const { before, after, how } = happening
      if (after.status === 'overdue' && how !== 'declined') return 'changed while overdue'
      const what =
        before.plan !== after.basket.plan ? 'plan' : before.addon !== after.basket.addon ? 'item' : 'quantity'
      return `${what} ${priceOf(after.basket) > priceOf(before) ? 'up' : 'down'}, ${how.replace('_', ' ')}`
    }
    case 'change_settled':
      return `declined change is ${happening.how}`
    case 'change_planned':
      return 'plan down, from the next period on'
    case 'paused':
    case 'resumed':
    case 'uncancelled':
    case 'touched':
      return happening.type
    case 'cancel_scheduled':
      return 'cancel at the end'
    case 'ended':
      return `ended ${happening.why.replace('_', ' ')}`
    case 'extra_paid':
      return 'something extra is paid'
    case 'refunded': {
      const { payment, amount, refundedSoFar } = happening
      const share =
        amount === payment.amount ? 'whole' : refundedSoFar === payment.amount ? 'the rest' : 'a part'
      return `refund, ${share} of ${coveredBy(payment, newest)}`
    }
    case 'refund_failed':
      return `refund fails, of ${happening.payment.covers === 'period' ? 'a period' : 'something else'}`
    case 'line_refunded':
      return `refund, a line of ${coveredBy(happening.payment, newest)}`
    case 'disputed':
    case 'dispute_won':
    case 'dispute_lost':
      return `${happening.type.replace('_', ' ')}, ${coveredBy(happening.payment, newest)}`
  }
}

function coveredBy({ covers, period }: Payment, newest: number): string {
  if (covers !== 'period') return covers
  return period.index === newest ? 'the newest period' : 'an older period'
}

/** All that a provider can tell of a life. */
export function kindsOf(able: Abilities): readonly string[] {
  const isIn = (condition: boolean, ...kinds: readonly string[]) => (condition ? kinds : [])
  const { changes, tellsPayments, extra, draftMs } = able
  const whats = [
    ...isIn(able.plan === 'within', 'plan'),
    ...isIn(able.quantity, 'quantity'),
    ...isIn(able.addon, 'item'),
  ]
  const covered = [
    'the newest period',
    'an older period',
    ...isIn(tellsPayments && changes.includes('paid'), 'change'),
    ...isIn(tellsPayments && extra, 'extra'),
  ]
  return [
    'bought, trial',
    'bought, charged',
    ...isIn(able.yearlyAddon, 'bought, with a year beside a month'),
    ...isIn(able.free, 'bought, free'),
    ...isIn(draftMs !== null, 'renewal begins'),
    ...isIn(draftMs !== null && able.goesOnOverdue, 'another period begins, overdue'),
    'renewal is paid',
    'renewal is paid after all',
    'trial is paid',
    'trial is paid after all',
    'renewal fails',
    'trial fails',
    ...isIn(!able.storeGrace, 'fails again'),
    ...able.givesUp.map((how) => `given up, ${how}`),
    ...isIn(able.givesUp.includes('unpaid'), 'paid after it was given up'),
    ...isIn(able.plan === 'within', 'changed while overdue'),
    ...isIn(able.plan === 'new_period', 'upgrade', 'plan down, from the next period on'),
    ...isIn(able.toYear, 'upgrade'),
    ...whats.flatMap((what) => [
      `${what} down, on account`,
      ...changes.map((how) => `${what} up, ${how.replace('_', ' ')}`),
    ]),
    ...isIn(changes.includes('declined'), 'declined change is paid', 'declined change is voided'),
    ...isIn(able.pause, 'paused', 'resumed'),
    ...isIn(able.touch, 'touched'),
    'cancel at the end',
    'uncancelled',
    'ended at end',
    ...isIn(able.cancelAtOnce, 'ended at once'),
    ...isIn(extra, 'something extra is paid'),
    ...isIn(able.refunds !== 'none', ...covered.map((what) => `refund, whole of ${what}`)),
    ...isIn(
      able.refunds === 'parts',
      ...covered.flatMap((what) => [`refund, a part of ${what}`, `refund, the rest of ${what}`]),
    ),
    ...isIn(able.refundFails, 'refund fails, of a period', 'refund fails, of something else'),
    ...isIn(able.refundsLines, 'refund, a line of the newest period', 'refund, a line of an older period'),
    ...isIn(
      able.disputes !== 'none',
      ...covered.flatMap((what) => [`disputed, ${what}`, `dispute won, ${what}`]),
    ),
    ...isIn(able.disputes === 'closed', ...covered.map((what) => `dispute lost, ${what}`)),
  ]
}
