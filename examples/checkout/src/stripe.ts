import type { Env } from './session.ts'

/** Begins a checkout of Stripe, whose address the buyer is sent to. The user's id goes along, so that its events say whose it is. */
export async function checkoutUrl(env: Env, user: string, price: string, shop: string): Promise<string> {
  const { url } = await ask<{ url: string }>(env, 'POST', '/v1/checkout/sessions', {
    mode: 'subscription',
    client_reference_id: user,
    'subscription_data[metadata][user_id]': user,
    'line_items[0][price]': price,
    'line_items[0][quantity]': '1',
    success_url: `${shop}/?bought={CHECKOUT_SESSION_ID}`,
    cancel_url: `${shop}/`,
  })
  return url
}

/** Changes the price of a subscription, and has the difference paid at once. */
export async function upgrade(env: Env, subscription: string, price: string): Promise<void> {
  const path = `/v1/subscriptions/${subscription}`
  const { items } = await ask<{ items: { data: { id: string }[] } }>(env, 'GET', path)
  await ask(env, 'POST', path, {
    'items[0][id]': items.data[0]?.id ?? '',
    'items[0][price]': price,
    proration_behavior: 'always_invoice',
  })
}

/** Ends a subscription at once. */
export async function cancel(env: Env, subscription: string): Promise<void> {
  await ask(env, 'DELETE', `/v1/subscriptions/${subscription}`)
}

async function ask<Answer>(
  env: Env,
  method: string,
  path: string,
  form?: Readonly<Record<string, string>>,
): Promise<Answer> {
  const answer = await fetch(env.STRIPE_URL + path, {
    method,
    headers: { Authorization: `Bearer ${env.STRIPE_KEY}` },
    ...(form ? { body: new URLSearchParams(form) } : {}),
  })
  if (!answer.ok) throw new Error(`Stripe answers ${answer.status}: ${await answer.text()}`)
  return answer.json()
}
