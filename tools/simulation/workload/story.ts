import type { Random } from '../random.ts'
import { MINUTES_EACH, PRODUCT } from './catalog.ts'

/** Something that happened in the shop, as it tells it. */
export interface ShopEvent {
  readonly id: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** One purchase or subscription, and what it gives when all was told, in whatever order. */
export interface Sold {
  readonly ref: string
  readonly minutes: number
  /** As many as it ever gave at once: more is never spent and held of it. */
  readonly minutesMax: number
}

/** What happened to one user in the shop, in order, and what it comes to. */
export interface Story {
  readonly userId: string
  readonly events: readonly ShopEvent[]
  readonly sold: readonly Sold[]
  /** Under whom all of it is sold, `null` where it names the user. */
  readonly customer: string | null
}

const LONG_AGO = '2029-01-01T00:00:00Z'
const FAR_AWAY = '2100-01-01T00:00:00Z'

export function storyOf(userId: string, random: Random): Story {
  const events: ShopEvent[] = []
  const tell = (type: string, data: Readonly<Record<string, unknown>>) =>
    events.push({ id: `${userId}-event-${events.length}`, type, data })
  const isByCustomer = random.chance(0.5)
  const who = isByCustomer ? { customer: `${userId}-customer` } : { user_id: userId }
  const sold: Sold[] = []

  const purchases = random.below(3)
  for (let purchase = 0; purchase < purchases; purchase += 1) {
    const purchase_id = `${userId}-purchase-${purchase}`
    const quantity = 1 + random.below(3)
    tell('purchase.completed', {
      purchase_id,
      ...who,
      lines: [{ line_id: '1', product: PRODUCT, quantity }],
    })
    const isRefunded = random.chance(0.4)
    const isUndone = isRefunded && random.chance(0.3)
    const refund = { purchase_id, refund_id: `${purchase_id}-refund`, full: true }
    if (isRefunded) tell('purchase.refunded', refund)
    if (isUndone) tell('purchase.refunded', { ...refund, status: 'failed' })
    const minutesMax = quantity * MINUTES_EACH
    sold.push({
      ref: `purchase/${purchase_id}`,
      minutes: !isRefunded || isUndone ? minutesMax : 0,
      minutesMax,
    })
  }
  if (random.chance(0.6)) {
    const subscription_id = `${userId}-subscription`
    const changes = 1 + random.below(4)
    let [minutes, minutesMax] = [0, 0]
    for (let version = 1; version <= changes; version += 1) {
      const isEnd = version === changes && random.chance(0.4)
      const quantity = 1 + random.below(3)
      const told = { subscription_id, version, ...who, items: [{ item_id: '1', product: PRODUCT, quantity }] }
      const running = { status: 'active', period: { starts_at: LONG_AGO, ends_at: FAR_AWAY } }
      const ended = { status: 'ended', ended_at: LONG_AGO }
      tell('subscription.changed', { ...told, ...(isEnd ? ended : running) })
      minutes = isEnd ? 0 : quantity * MINUTES_EACH
      minutesMax = Math.max(minutes, minutesMax)
    }
    sold.push({ ref: `subscription/${subscription_id}`, minutes, minutesMax })
  }
  const link = { id: `${userId}-link`, type: 'customer.linked', data: { ...who, user_id: userId } }
  if (isByCustomer && events.length > 0) events.splice(random.below(events.length + 1), 0, link)
  return { userId, events, sold, customer: isByCustomer ? `${userId}-customer` : null }
}
