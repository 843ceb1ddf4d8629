import { type Received, type Sending, aShop } from './a-shop.ts'

export type Shop = ReturnType<typeof aShop>

export const customerOf = (shop: Shop) => `c-${shop.name}`
export const productOf = (shop: Shop) => `course-${shop.name}`

/** A shop whose one product gives `lessons`. */
export async function aShopThatSells(...facts: Parameters<typeof aShop>): Promise<Shop> {
  const shop = aShop(...facts)
  await shop.map(productOf(shop), 'lessons')
  return shop
}

/** A subscription of a customer of whom nothing else is said. */
export function subscribe(shop: Shop, how: Sending = {}): Promise<Received> {
  const data = {
    subscription_id: shop.name,
    customer: customerOf(shop),
    version: 1,
    status: 'active',
    period: { starts_at: '2030-01-01T00:00:00Z', ends_at: '2030-02-01T00:00:00Z' },
    items: [{ item_id: '1', product: productOf(shop), quantity: 1 }],
  }
  return shop.send('subscription.changed', data, how)
}

/** The shop’s one purchase, of whom it says. */
export function buy(shop: Shop, says: object, how: Sending = {}): Promise<Received> {
  const lines = [{ line_id: '1', product: productOf(shop), quantity: 1 }]
  return shop.send('purchase.completed', { purchase_id: shop.name, lines, ...says }, how)
}

export function refund(shop: Shop, how: Sending = {}): Promise<Received> {
  return shop.send('purchase.refunded', { purchase_id: shop.name, refund_id: 'r', full: true }, how)
}

/** Says who the shop’s one customer is. */
export function link(shop: Shop, userId: string, how: Sending = {}): Promise<Received> {
  return shop.send('customer.linked', { customer: customerOf(shop), user_id: userId }, how)
}
