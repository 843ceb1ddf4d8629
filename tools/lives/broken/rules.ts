import type { Happening, Payment, Period } from '../life.ts'

/** What somebody takes something for who breaks a rule; `newest` is the newest period. */
export type Mistake = (happening: Happening, newest: Period) => readonly Happening[]

/** A mistake in what happened for each kind of fault: an oracle that makes it has to differ from one that does not. */
export const MISTAKES: Readonly<Record<string, Mistake>> = {
  'a plan change gives the amount anew': (happening) =>
    happening.type === 'changed' && happening.before.plan !== happening.after.basket.plan
      ? [happening, anew(happening)]
      : [happening],
  'a quantity gives the amount anew': (happening) =>
    happening.type === 'changed' && happening.before.quantity !== happening.after.basket.quantity
      ? [happening, anew(happening)]
      : [happening],
  'a pause and its end give the amount anew': (happening) =>
    happening.type === 'resumed' ? [happening, anew(happening)] : [happening],
  'another card gives the amount anew': (happening) =>
    happening.type === 'touched' ? [happening, anew(happening)] : [happening],
  'a period that is paid after all gives its amount a second time': (happening) =>
    happening.type === 'paid' && happening.isRecovery ? [anew(happening), happening] : [happening],
  'a period that is paid after all gives nothing': (happening) =>
    happening.type === 'paid' && happening.isRecovery ? [] : [happening],
  'a period that is not paid gives its amount': without('failed'),
  'a try that fails again begins grace anew': (happening) =>
    happening.type === 'failed' && !happening.isFirst ? [anew(happening), happening] : [happening],
  'what was given up for unpaid is never paid': (happening) =>
    happening.type === 'paid' && happening.wasGivenUp ? [] : [happening],
  'a change is given before the overdue period is paid': (happening) =>
    happening.type === 'changed' && happening.how !== 'declined' && happening.after.status === 'overdue'
      ? [{ ...happening, after: { ...happening.after, status: 'active' } }]
      : [happening],
  'a change that is declined ends what was paid': (happening) =>
    happening.type === 'changed' && happening.how === 'declined'
      ? [happening, { type: 'ended', why: 'at_once', at: happening.at, after: happening.after }]
      : [happening],
  'a change that is declined is given': (happening) =>
    happening.type === 'changed' && happening.how === 'declined'
      ? [{ ...happening, how: 'on_account', after: { ...happening.after, status: 'active' } }]
      : [happening],
  'a change that is paid after all is not given': without('change_settled'),
  'a change that is paid is not given': (happening) =>
    happening.type === 'changed' && happening.how !== 'declined' && happening.payment !== null
      ? []
      : [happening],
  'an end that is planned has grace': without('cancel_scheduled'),
  'an end that is taken back comes': without('uncancelled'),
  'an end at once waits for the period': (happening) =>
    happening.type === 'ended' && happening.why === 'at_once' ? [] : [happening],
  'what is given up for unpaid goes on': without('gave_up'),
  'a pause lets everything go on': without('paused'),
  'a pause never ends': without('resumed'),
  'the refund of a change takes the period': covering('refunded', ({ covers }) => covers === 'change'),
  'the refund of something extra takes the period': covering('refunded', ({ covers }) => covers === 'extra'),
  'the refund of an older period takes the newest': covering('refunded', ({ covers }) => covers === 'period'),
  'the refund of a part takes all': (happening) =>
    happening.type === 'refunded' ? [{ ...happening, refundedSoFar: happening.payment.amount }] : [happening],
  'a refund is forgotten': without('refunded'),
  'a refund that fails has taken what it was for': without('refund_failed'),
  'a line that is given back is forgotten': without('line_refunded'),
  'the dispute of a change holds the period': covering('disputed', ({ covers }) => covers !== 'period'),
  'the dispute of an older payment holds the newest period': covering(
    'disputed',
    ({ covers }) => covers === 'period',
  ),
  'a dispute holds nothing': without('disputed', 'dispute_won', 'dispute_lost'),
  'a dispute that is won goes on': without('dispute_won'),
  'a dispute that is lost takes nothing': (happening) =>
    happening.type === 'dispute_lost' ? [{ ...happening, type: 'dispute_won' }] : [happening],
}

/** The same period once more, as if it were another. */
function anew({ at, after }: Extract<Happening, { readonly after: unknown }>): Happening {
  return { type: 'moved', at, after }
}

function without(...types: readonly Happening['type'][]): Mistake {
  return (happening) => (types.includes(happening.type) ? [] : [happening])
}

/** Takes a payment for that of the newest period. */
function covering(type: 'refunded' | 'disputed', isMistaken: (payment: Payment) => boolean): Mistake {
  const mistaken = new Set<string>()
  return (happening, newest) => {
    if (!('payment' in happening) || happening.payment === null) return [happening]
    const { payment } = happening
    const isOfDispute = type === 'disputed' && happening.type.startsWith('dispute')
    if (happening.type !== type && !(isOfDispute && mistaken.has(payment.key))) return [happening]
    if (!isMistaken(payment)) return [happening]
    mistaken.add(payment.key)
    return [{ ...happening, payment: { ...payment, covers: 'period', period: newest } }]
  }
}
