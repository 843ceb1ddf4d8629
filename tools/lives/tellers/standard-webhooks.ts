import { type Sold, soldIn } from '../catalog.ts'
import type { Life, Moment, Payment, Standing } from '../life.ts'
import { type Teller, type Told, USER, iso } from '../told.ts'

export const ownProduct = (sold: Sold) => `club-${sold}`

const SUBSCRIPTION = '1001'

/** A shop of one's own, in the payload of docs/checkout-payload.md. */
export function standardWebhooks(_life: Life): Teller {
  let sent = 0
  let version = 0
  const event = (type: string, at: Moment, data: object): Told => {
    sent += 1
    const delivery = {
      body: { type, timestamp: iso(at), data: { mode: 'live', ...data } },
      headers: { 'webhook-id': `msg_${sent}` },
    }
    return { at, type, delivery }
  }
  const changed = (at: Moment, after: Standing): Told => {
    version += 1
    const { period, cancelsAt, endedAt } = after
    const running = {
      period: { starts_at: iso(period.startsAt), ends_at: iso(period.endsAt) },
      cancel_at: cancelsAt === null ? null : iso(cancelsAt),
    }
    return event('subscription.changed', at, {
      subscription_id: SUBSCRIPTION,
      version,
      customer: 'c_7',
      user_id: USER,
      status: statusOf(after),
      ...(endedAt === null ? running : { ended_at: iso(endedAt) }),
      items: soldIn(after.basket).map(([sold, quantity]) => ({
        item_id: sold === 'addon' ? 'addon' : 'plan',
        product: ownProduct(sold),
        quantity,
      })),
    })
  }
  const dispute = (type: 'opened' | 'closed', at: Moment, { key, paidAt }: Payment, more: object = {}) =>
    event(`dispute.${type}`, at, {
      dispute_id: `d_${key}`,
      target: { type: 'subscription', id: SUBSCRIPTION },
      paid_at: iso(paidAt),
      ...more,
    })

  return (happening) => {
    const { type, at } = happening
    switch (type) {
      case 'bought':
      case 'paid':
      case 'failed':
      case 'gave_up':
      case 'changed':
      case 'paused':
      case 'resumed':
      case 'cancel_scheduled':
      case 'uncancelled':
      case 'ended':
      case 'touched':
        return [changed(at, happening.after)]
      case 'disputed':
        return [dispute('opened', at, happening.payment)]
      case 'dispute_won':
        return [dispute('closed', at, happening.payment, { outcome: 'won' })]
      case 'dispute_lost':
        return [dispute('closed', at, happening.payment, { outcome: 'lost' })]
      case 'moved':
      case 'change_settled':
      case 'change_planned':
      case 'extra_paid':
      case 'refunded':
      case 'refund_failed':
      case 'line_refunded':
        throw new Error(`A shop of one's own does not say that something ${type}`)
    }
  }
}

function statusOf({ status }: Standing): string {
  return status === 'overdue' ? 'past_due' : status
}
