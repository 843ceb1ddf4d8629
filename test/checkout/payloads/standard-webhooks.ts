import type { Delivery } from '../scenario.ts'

let sent = 0

/** An event of our own payload. */
export function event(type: string, data: object, timestamp = '2027-03-01T08:00:00Z'): Delivery {
  sent += 1
  return { body: { type, timestamp, data }, headers: { 'webhook-id': `msg_${sent}` } }
}

export function completed(says: object = {}): Delivery {
  return event('purchase.completed', {
    purchase_id: '1001',
    customer: 'c_7',
    user_id: 'u_ada',
    lines: [{ line_id: '1', product: 'course-typography', quantity: 1 }],
    ...says,
  })
}

export function refunded(says: object = {}): Delivery {
  return event('purchase.refunded', { purchase_id: '1001', refund_id: 'r_1', ...says })
}

export function changed(version: number, says: object = {}): Delivery {
  return event('subscription.changed', {
    subscription_id: '1001',
    version,
    customer: 'c_7',
    status: 'active',
    period: { starts_at: '2027-03-01T00:00:00Z', ends_at: '2027-04-01T00:00:00Z' },
    items: [{ item_id: 'seat', product: 'team-monthly', quantity: 3 }],
    ...says,
  })
}

export function ended(version: number, endedAt: string): Delivery {
  return changed(version, { status: 'ended', ended_at: endedAt, period: undefined })
}

export function opened(target: object, says: object = {}): Delivery {
  return event('dispute.opened', { dispute_id: 'd_1', target, ...says })
}

export function closed(target: object, outcome: string, says: object = {}): Delivery {
  return event('dispute.closed', { dispute_id: 'd_1', target, outcome, ...says })
}

export function linked(userId = 'u_ada', customer = 'c_7'): Delivery {
  return event('customer.linked', { customer, user_id: userId })
}
