import type { Told } from './told.ts'

/** What is in headers that nobody signs is the sender's to choose. An id that Shopify makes is not to be guessed. */
export function underOtherHeaders({ provider, delivery }: Told, number: number, shop: number): Told {
  if (provider !== 'shopify') return { provider, delivery }
  const topics = ['orders/updated', 'orders/paid', 'orders/cancelled', 'refunds/create']
  const headers = {
    ...delivery.headers,
    'X-Shopify-Topic': topics[shop] ?? 'orders/updated',
    'X-Shopify-Shop-Domain': `shop-${shop}.myshopify.com`,
    'X-Shopify-Webhook-Id': `mallory-${number}`,
    'X-Shopify-Triggered-At': '2026-01-01T00:00:00Z',
  }
  return { provider, delivery: { ...delivery, headers } }
}
