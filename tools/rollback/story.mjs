import * as lemonsqueezy from '../../test/checkout/payloads/lemonsqueezy.ts'
import * as paddle from '../../test/checkout/payloads/paddle.ts'
import * as polar from '../../test/checkout/payloads/polar.ts'
import * as revenuecat from '../../test/checkout/payloads/revenuecat.ts'
import * as shopify from '../../test/checkout/payloads/shopify.ts'
import * as shop from '../../test/checkout/payloads/standard-webhooks.ts'
import * as stripe from '../../test/checkout/payloads/stripe.ts'

const FEATURES = {
  pro: { type: 'boolean' },
  reports: { type: 'boolean' },
  seats: { type: 'config' },
  credits: { type: 'metered', unit: 'credits' },
  calls: { type: 'metered', overage: 'allow' },
  old: { type: 'boolean', name: 'Archived soon' },
}

const PRODUCTS = {
  plan: {
    features: [{ feature: 'pro' }, { feature: 'credits', amount: 100 }],
    references: [
      { provider: 'stripe', ref: 'price_pro' },
      { provider: 'stripe', account: 'acct_1', ref: 'price_pro' },
      { provider: 'paddle', ref: paddle.MONTHLY },
      { provider: 'polar', ref: polar.BASIC },
      { provider: 'lemonsqueezy', ref: String(lemonsqueezy.VARIANT) },
      { provider: 'revenuecat', ref: 'reader.monthly' },
    ],
  },
  course: {
    features: [{ feature: 'reports' }],
    duration: { every: 'year', count: 1, stacks: true },
    references: [
      { provider: 'standard-webhooks', ref: 'course-typography' },
      { provider: 'shopify', ref: '501' },
      { provider: 'stripe', ref: 'price_book' },
    ],
  },
  team: {
    features: [{ feature: 'seats', value: 1, perQuantity: true }],
    references: [
      { provider: 'standard-webhooks', ref: 'team-monthly' },
      { provider: 'standard-webhooks', ref: 'team-yearly' },
    ],
  },
}

const OF_ANSWER = ['content-type', 'etag', 'ledger-head', 'location', 'retry-after']

/** Fills a deployment as half a year of customers does, through its doors alone. Returns what a later version is held to. */
export async function liveThrough(deployment) {
  const asked = []
  const delivered = []
  let at = 0

  const ask = async (method, path, body, how = {}) => {
    const answer = await deployment.ask(method, path, { at, body, ...how })
    if (answer.status >= 500) throw new Error(`${method} ${path}: ${answer.body}`)
    return { ...answer, json: answer.body === '' ? null : JSON.parse(answer.body) }
  }
  /** With an Idempotency-Key, and kept. */
  const write = async (path, key, request, method = 'POST') => {
    const answer = await ask(method, path, request, { headers: { 'Idempotency-Key': key } })
    const { status, headers, body } = answer
    if (!asked.some((one) => one.key === key && one.path === path))
      asked.push({ method, path, key, request: request ?? null, status, headers: ofAnswer(headers), body })
    return answer.json
  }
  const tell = async (provider, delivery, fault = '') => {
    const answer = await deployment.deliver(provider, delivery, { at, fault })
    if (answer.status !== 200) throw new Error(`${provider}: ${answer.body}`)
    const { id } = JSON.parse(answer.body)
    delivered.push({ provider, headers: delivery.headers ?? {}, body: delivery.body, id })
  }
  const day = (iso) => {
    at = Date.parse(iso)
  }

  day('2027-01-10T10:00:00Z')
  for (const [key, body] of Object.entries(FEATURES)) await ask('PUT', `/v4/features/${key}`, body)
  for (const [id, product] of Object.entries(PRODUCTS))
    await ask('PUT', `/v4/products/${id}`, { name: id, ...product })
  await ask('PUT', '/v4/customers/stripe/cus_1', { userId: 'u_stripe' })
  await ask('PUT', '/v4/customers/standard-webhooks/c_9', { userId: 'u_moved_from' })

  // Subscriptions, one of each provider, with what is paid for them.
  const first = { created: '2027-01-10T09:00:00Z', from: '2027-01-10T09:00:00Z', to: '2027-02-10T09:00:00Z' }
  await tell(
    'stripe',
    stripe.delivery('customer.subscription.created', first.from, stripe.subscription(first)),
  )
  await tell('stripe', stripe.delivery('invoice.paid', first.from, stripe.invoice({ paidAt: first.from })))
  await tell(
    'stripe',
    stripe.delivery('invoice_payment.paid', first.from, stripe.invoicePayment({ paidAt: first.from })),
  )
  await tell('stripe', stripe.delivery('customer.created', first.from, { id: 'cus_2', object: 'customer' }))
  await tell(
    'paddle',
    paddle.event(
      'subscription.created',
      '2027-01-10T09:00:02Z',
      paddle.subscription({
        status: 'active',
        period: ['2027-01-10T09:00:00Z', '2027-02-10T09:00:00Z'],
        userId: 'u_paddle',
        transactionId: 'txn_1',
      }),
    ),
  )
  await tell(
    'polar',
    polar.event(
      'subscription.active',
      '2027-01-10T09:00:00Z',
      polar.subscription({ status: 'active', externalId: 'u_polar' }),
    ),
  )
  await tell(
    'lemonsqueezy',
    lemonsqueezy.event(
      'subscription_created',
      lemonsqueezy.subscription({ status: 'active', updatedAt: '2027-01-10T09:00:05Z' }),
      { userId: 'u_lemon', test: true },
    ),
  )
  await tell('shopify', {
    ...shopifyOrder(),
    headers: {
      'X-Shopify-Topic': 'orders/paid',
      'X-Shopify-Shop-Domain': shopify.SHOP,
      'X-Shopify-Event-Id': 'e1',
      'X-Shopify-Webhook-Id': 'w1',
      'X-Shopify-API-Version': '2026-10',
      'X-Shopify-Test': 'true',
    },
  })
  await tell(
    'revenuecat',
    revenuecat.event('INITIAL_PURCHASE', '2027-01-10T08:00:00Z', {
      app_user_id: 'u_app',
      original_app_user_id: 'u_app',
      aliases: ['u_app'],
      environment: 'SANDBOX',
      purchased_at_ms: revenuecat.ms('2027-01-10T08:00:00Z'),
      expiration_at_ms: revenuecat.ms('2027-02-10T08:00:00Z'),
    }),
  )
  await tell('standard-webhooks', shop.completed({ user_id: 'u_course' }))
  await tell('standard-webhooks', shop.linked('u_course', 'c_7'))
  await tell(
    'standard-webhooks',
    shop.event('subscription.changed', { ...team(1), customer: 'c_9' }, '2027-01-10T08:00:00Z'),
  )

  // A customer of the API alone.
  const api = '/v4/users/u_api'
  const granted = await write(`${api}/entitlements`, 'k-grant', {
    feature: 'pro',
    endsAt: '2028-01-01T00:00:00Z',
    metadata: { order: '1001', public: { plan: 'Pro' } },
  })
  await write(`${api}/entitlements`, 'k-seats', { feature: 'seats', value: { count: 5 }, priority: 3 })
  await write(`${api}/entitlements`, 'k-lot', {
    feature: 'credits',
    amount: 40,
    reset: { every: 'month', rolloverMax: 5 },
  })
  await write(`${api}/entitlements`, 'k-once', { feature: 'credits', amount: 7, priority: 5 })
  await write(`${api}/entitlements`, 'k-calls', { feature: 'calls', amount: 10 })
  const spent = await write(`${api}/consumptions`, 'k-spend', { feature: 'credits', amount: 12 })
  await write(`${api}/consumptions`, 'k-spend', { feature: 'credits', amount: 12 })
  await write(`${api}/consumptions`, 'k-over', { feature: 'calls', amount: 25 })
  await write(`${api}/consumptions/${spent.id}/reversals`, 'k-reverse', { amount: 4 })
  const held = await write(`${api}/reservations`, 'k-hold', {
    feature: 'credits',
    amount: 6,
    ttlSeconds: 3600,
  })
  await write(`${api}/reservations/${held.id}/commit`, 'k-commit', { amount: 5 })
  const freed = await write(`${api}/reservations`, 'k-hold-2', {
    feature: 'credits',
    amount: 2,
    ttlSeconds: 60,
  })
  await write(`${api}/reservations/${freed.id}/release`, 'k-release')
  await write(`${api}/entitlements/${granted.id}/suspend?reason=asked%20to`, 'k-suspend')
  await write(`${api}/entitlements/${granted.id}/resume`, 'k-resume')
  await write(`${api}/entitlements/${granted.id}`, 'k-patch', { priority: 9 }, 'PATCH')
  const gone = await write(`${api}/entitlements`, 'k-gone', {
    feature: 'old',
    metadata: { email: 'a@b.example' },
  })
  await write(`${api}/entitlements/${gone.id}?reason=mistake`, 'k-revoke', undefined, 'DELETE')
  await ask('DELETE', '/v4/features/old')
  await write(`${api}/consumptions`, 'k-refused-long-ago', { feature: 'credits', amount: 90_000 })
  const spentByBuyer = { feature: 'credits', amount: 30 }
  await write('/v4/users/u_stripe/consumptions', 'k-buyer', spentByBuyer)

  // A second month: renewals, a refund, a purchase that moves, and one that is transferred in a store.
  day('2027-02-10T10:00:00Z')
  await tell('stripe', renewal(2, '2027-02-10T09:00:00Z', '2027-03-10T09:00:00Z'))
  await tell('stripe', payment(2, '2027-02-10T09:00:05Z'))
  await tell(
    'stripe',
    stripe.delivery('refund.created', '2027-02-10T09:30:00Z', stripe.refund({ amount: 500 })),
  )
  await tell('standard-webhooks', shop.refunded({ lines: [{ line_id: '1' }] }))
  await tell('standard-webhooks', shop.completed({ purchase_id: '1002', user_id: 'u_course' }))
  await tell('revenuecat', sandboxTransfer('2027-02-10T09:00:00Z'))
  await ask('PUT', '/v4/customers/standard-webhooks/c_9', { userId: 'u_moved_to' })
  await deployment.sweep(at)

  // Whose body is dropped by now: what was settled, and what has waited for too long.
  await tell('standard-webhooks', completedOf('1003', 'poster', 'u_waits_long'))
  day('2027-06-10T10:00:00Z')
  await deployment.sweep(at)
  await deployment.sweep(at, { cron: '23 * * * *' })

  // The days before the update, of which all is still there.
  await tell('stripe', renewal(6, '2027-06-10T09:00:00Z', '2027-07-10T09:00:00Z'))
  await tell('stripe', payment(6, '2027-06-10T09:00:05Z'))
  await tell('stripe', renewal(5, '2027-05-10T09:00:00Z', '2027-06-10T09:00:00Z'))
  await tell('standard-webhooks', completedOf('1004', 'print', 'u_waits'))
  await tell(
    'standard-webhooks',
    shop.completed({ purchase_id: '1005', user_id: undefined, customer: 'c_unknown' }),
  )
  await tell('standard-webhooks', shop.refunded({ purchase_id: 'untold', lines: [{ line_id: '1' }] }))
  await tell('standard-webhooks', shop.opened({ type: 'purchase', id: '1002' }))
  await tell(
    'standard-webhooks',
    shop.event('subscription.changed', { ...team(1), customer: 'c_9' }, '2027-01-10T08:00:00Z'),
  )
  const twice = shop.completed({ purchase_id: '1011', user_id: 'u_twice' })
  await tell('standard-webhooks', twice)
  await tell('standard-webhooks', twice)
  await tell('standard-webhooks', { ...twice, body: { ...twice.body, timestamp: '2027-06-10T09:59:00Z' } })
  await tell(
    'standard-webhooks',
    shop.completed({ purchase_id: '1006', user_id: 'u_failing' }),
    'users:u_failing',
  )
  await tell('standard-webhooks', shop.completed({ purchase_id: '1007', user_id: 'u_dead' }), 'users:u_dead')
  for (let days = 0; days < 9; days += 1) {
    at += 86_400_000
    await deployment.sweep(at, { fault: 'users:u_dead' })
  }
  await tell(
    'standard-webhooks',
    shop.completed({ purchase_id: '1008', user_id: 'u_failing' }),
    'users:u_failing',
  )
  await tell('standard-webhooks', shop.completed({ purchase_id: '1009', user_id: 'u_received' }), 'inbox')
  await tell('standard-webhooks', shop.completed({ purchase_id: '1010', user_id: 'u_gives' }))
  await deployment.ask('PUT', '/v4/purchases/standard-webhooks/1010', {
    at,
    body: { userId: 'u_takes' },
    fault: 'users:u_takes',
  })
  await write(`${api}/reservations`, 'k-open', { feature: 'credits', amount: 3, ttlSeconds: 86_400 })
  await write(`${api}/consumptions`, 'k-refused', { feature: 'credits', amount: 90_000 })
  await write(`${api}/entitlements`, 'k-unknown', { feature: 'nobody-has-it' })
  await write(`${api}/consumptions`, 'k-taken', { feature: 'credits', amount: 80_000 })
  await ask(
    'POST',
    `${api}/consumptions`,
    { feature: 'credits', amount: 1 },
    { headers: { 'Idempotency-Key': 'k-taken' } },
  )
  for (let count = 0; count < 5; count += 1)
    await write('/v4/users/u_many/entitlements', `k-many-${count}`, {
      feature: 'reports',
      sourceRef: `o-${count}`,
    })
  await deployment.db.prepare("DELETE FROM notes WHERE user_id = 'u_api' AND seq = 1").run()
  await ask('PUT', '/v4/products/course?confirm=true', {
    name: 'course',
    ...PRODUCTS.course,
    references: PRODUCTS.course.references.slice(0, 2),
  })
  const wider = { name: 'team', ...PRODUCTS.team, features: [...PRODUCTS.team.features, { feature: 'pro' }] }
  await ask('PUT', '/v4/products/team', wider, { fault: 'users:u_moved_to' })

  at += 60_000
  return {
    now: new Date(at).toISOString(),
    asked: asked.filter(({ key }) => key !== 'k-refused-long-ago'),
    delivered,
    reads: await readAll(deployment, at),
    next: [
      { provider: 'stripe', ...renewal(7, '2027-07-10T09:00:00Z', '2027-08-10T09:00:00Z') },
      { provider: 'stripe', ...payment(7, '2027-07-10T09:00:05Z') },
    ],
  }
}

/** What the ledger itself has said, and says again. */
function ofAnswer(headers) {
  const told = Object.entries(headers).filter(([name]) => OF_ANSWER.includes(name))
  return Object.fromEntries(told)
}

function shopifyOrder() {
  return {
    body: shopify.order({
      updatedAt: '2027-01-10T10:00:00+01:00',
      status: 'paid',
      userId: 'u_shopify',
      test: true,
    }),
  }
}

function team(version) {
  return shop.changed(version).body.data
}

function completedOf(purchaseId, product, userId) {
  return shop.completed({
    purchase_id: purchaseId,
    user_id: userId,
    lines: [{ line_id: '1', product, quantity: 1 }],
  })
}

function renewal(month, from, to) {
  const says = { created: '2027-01-10T09:00:00Z', from, to, invoice: `in_${month}` }
  return stripe.delivery('customer.subscription.updated', from, stripe.subscription(says))
}

function payment(month, paidAt) {
  const says = { id: `in_${month}`, payment: `pi_${month}`, paidAt }
  return stripe.delivery('invoice.paid', paidAt, stripe.invoice(says))
}

function sandboxTransfer(at) {
  const delivery = revenuecat.transfer(at, ['u_app'], ['u_app_next'])
  delivery.body.event.environment = 'SANDBOX'
  return delivery
}

/** Everything that can be listed, page by page, with the cursors that were handed out for it. */
async function readAll(deployment, at) {
  const { results } = await deployment.db.prepare('SELECT DISTINCT user_id FROM entries ORDER BY 1').all()
  const users = results.map(({ user_id: userId }) => userId)
  const reads = []
  const read = async (path) => {
    const { status, body } = await deployment.ask('GET', path, { at })
    if (status !== 200) throw new Error(`GET ${path}: ${body}`)
    reads.push({ path, body })
    return JSON.parse(body).nextCursor ?? null
  }
  const pages = async (path) => {
    for (let cursor = await read(path); cursor !== null;)
      cursor = await read(`${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`)
  }
  await pages('/v4/features?limit=4')
  await pages('/v4/products?limit=2')
  await pages('/v4/inbox?limit=20')
  await pages('/v4/entitlements?feature=reports&limit=3')
  for (const id of ['1002', '1004', '1010']) await read(`/v4/purchases/standard-webhooks/${id}`)
  await read('/v4/purchases/stripe/sub_1')
  await read('/v4/customers/stripe/cus_1')
  await pages('/v4/users/u_api/ledger?order=oldest&limit=8')
  await pages('/v4/users/u_course/ledger?limit=2')
  for (const userId of users) {
    await pages(`/v4/users/${userId}/entitlements?limit=3`)
    for (const feature of ['pro', 'credits', 'reports', 'seats'])
      await read(`/v4/users/${userId}/access/${feature}?consistency=strong`)
    await read(`/v4/users/${userId}/ledger/verify`)
  }
  return reads
}
