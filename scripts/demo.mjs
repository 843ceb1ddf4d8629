// The life of one customer, told to a running server: npm run demo [-- --url http://localhost:8787]; PORT is heeded as by npm start
import { createHmac, randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { startConversation } from './conversation.mjs'
import { signToken, webhookSecret } from './local-key.mjs'
import { giveUp } from './project.mjs'

const SCOPES = 'catalog:write entitlements:write usage:write access:check ledger:read inbox:manage'

const { stripeSecret, ...server } = settings()
const ask = startConversation(server)

// A customer nobody has met, so that the demo can be run again.
const run = randomUUID().slice(0, 8)
const user = `/v4/users/demo-${run}`
const key = (name) => ({ 'Idempotency-Key': `${name}-${run}` })
const version = (answer) => answer.json.version

await ask('A feature that one has or has not', {
  method: 'PUT',
  path: '/v4/features/demo-export',
  body: { type: 'boolean', name: 'Export in 4K' },
  expected: 'the catalog knows it',
  holds: ({ status }) => status === 200 || status === 201,
})
await ask('A feature with a value', {
  method: 'PUT',
  path: '/v4/features/demo-seats',
  body: { type: 'config', name: 'Seats' },
  expected: 'the catalog knows it',
  holds: ({ status }) => status === 200 || status === 201,
})
await ask('What is sold', {
  method: 'PUT',
  path: '/v4/products/demo-pro',
  body: {
    name: 'Pro',
    features: [{ feature: 'demo-export' }, { feature: 'demo-seats', value: 5 }],
    references: [{ provider: 'stripe', ref: 'price_demo_pro' }],
  },
  expected: 'the catalog knows what the price stands for',
  holds: ({ status }) => status === 200 || status === 201,
})

await ask('A check before anything was granted', {
  path: `${user}/access/demo-export`,
  expected: 'no: there is no entitlement',
  holds: ({ status, json }) => status === 200 && !json.allowed && json.reason === 'no_entitlement',
})
const exporting = await ask('A grant', {
  method: 'POST',
  path: `${user}/entitlements`,
  headers: key('grant-export'),
  body: { feature: 'demo-export' },
  expected: 'recorded as version 1, active at once',
  holds: ({ status, json }) => status === 201 && json.state === 'active' && json.version === 1,
})
const seats = await ask('A grant with a value', {
  method: 'POST',
  path: `${user}/entitlements`,
  headers: key('grant-seats'),
  body: { feature: 'demo-seats', value: 5, metadata: { order: 'A-1001' } },
  expected: 'recorded as version 2',
  holds: ({ status, json }) => status === 201 && json.value === 5 && json.version === 2,
})
await ask('A check that must know of the grant', {
  path: `${user}/access/demo-export?minVersion=${version(exporting)}`,
  expected: 'yes, a moment after the grant',
  holds: ({ json }) => json.allowed && json.reason === 'granted',
})

const exportingPath = `${user}/entitlements/${exporting.json.id}`
const seatsPath = `${user}/entitlements/${seats.json.id}`
const change = { method: 'PATCH', path: seatsPath, headers: { 'If-Match': seats.headers.get('etag') } }

const moreSeats = await ask('An update that rests on what was read', {
  ...change,
  body: { value: 25 },
  expected: '25 seats',
  holds: ({ status, json }) => status === 200 && json.value === 25,
})
await ask('Another update that rests on the same reading', {
  ...change,
  body: { value: 50 },
  expected: 'refused: somebody was faster',
  holds: ({ status, json }) => status === 412 && json.code === 'precondition_failed',
})
await ask('The value in a check', {
  path: `${user}/access/demo-seats?minVersion=${version(moreSeats)}`,
  expected: '25 seats',
  holds: ({ json }) => json.allowed && json.value === 25,
})

const suspended = await ask('A stop that can be undone', {
  method: 'POST',
  path: `${exportingPath}/suspend?reason=payment%20is%20late`,
  headers: key('suspend'),
  expected: 'suspended',
  holds: ({ status, json }) => status === 200 && json.state === 'suspended',
})
await ask('A check meanwhile', {
  path: `${user}/access/demo-export?minVersion=${version(suspended)}`,
  expected: 'no: suspended',
  holds: ({ json }) => !json.allowed && json.reason === 'suspended',
})
const resume = { method: 'POST', path: `${exportingPath}/resume`, headers: key('resume') }
const resumed = await ask('It goes on', {
  ...resume,
  expected: 'active again',
  holds: ({ status, json }) => status === 200 && json.state === 'active',
})
await ask('The same request again, as after a lost answer', {
  ...resume,
  expected: 'the same answer byte for byte, and nothing is done twice',
  holds: ({ text, headers }) => text === resumed.text && headers.get('idempotent-replayed') === 'true',
})

const revoked = await ask('The end', {
  method: 'DELETE',
  path: `${exportingPath}?reason=refunded`,
  expected: 'revoked for good',
  holds: ({ status, json }) => status === 200 && json.state === 'revoked',
})
await ask('A check that no cache may answer', {
  path: `${user}/access/demo-export?consistency=strong`,
  expected: 'no: revoked',
  holds: ({ json }) => !json.allowed && json.reason === 'revoked' && json.source === 'ledger',
})

const history = ['created', 'created', 'updated', 'suspended', 'resumed', 'revoked'].map(
  (end) => `entitlement_${end}`,
)
await ask('All that happened', {
  path: `${user}/ledger?order=oldest`,
  brief: ({ seq, type, recordedAt, note, hash }) => ({
    seq,
    type,
    recordedAt,
    note,
    hash: `${hash.slice(0, 12)}…`,
  }),
  expected: 'six entries, one for each change',
  holds: ({ json }) => json.items.map(({ type }) => type).join() === history.join(),
})
await ask('The proof', {
  path: `${user}/ledger/verify`,
  expected: 'nothing was changed since, up to the head that the last write answered',
  holds: ({ json }) => json.intact && `${json.version}:${json.hash}` === revoked.headers.get('ledger-head'),
})
// What is used up by using it.
await ask('A feature that is counted', {
  method: 'PUT',
  path: '/v4/features/demo-renders',
  body: { type: 'metered', name: 'Renders', unit: 'renders' },
  expected: 'the catalog knows it',
  holds: ({ status }) => status === 200 || status === 201,
})
await ask('A hundred of it every month, of which twenty may be carried', {
  method: 'POST',
  path: `${user}/entitlements`,
  headers: key('grant-renders'),
  body: { feature: 'demo-renders', amount: 100, reset: { every: 'month', rolloverMax: 20 } },
  expected: 'a right to a hundred',
  holds: ({ status, json }) => status === 201 && json.amount === 100,
})
const remaining = (answer) => answer.json.balance?.remaining
const consumption = {
  method: 'POST',
  path: `${user}/consumptions`,
  headers: key('render-movie'),
  body: { feature: 'demo-renders', amount: 30 },
}
const consumed = await ask('A consumption', {
  ...consumption,
  expected: 'it was there, and 70 remain',
  holds: (answer) => answer.status === 201 && remaining(answer) === 70,
})
await ask('The same consumption again, as after a lost answer', {
  ...consumption,
  expected: 'the same answer byte for byte, and nothing is spent twice',
  holds: ({ text, headers }) => text === consumed.text && headers.get('idempotent-replayed') === 'true',
})
await ask('More than there is', {
  ...consumption,
  headers: key('render-series'),
  body: { feature: 'demo-renders', amount: 71 },
  expected: 'refused, with what is there',
  holds: (answer) =>
    answer.status === 409 && answer.json.code === 'insufficient_balance' && remaining(answer) === 70,
})
const reserved = await ask('A reservation, before it is known how much it will be', {
  method: 'POST',
  path: `${user}/reservations`,
  headers: key('reserve'),
  body: { feature: 'demo-renders', amount: 50, ttlSeconds: 60 },
  expected: '50 are held for a minute, and 20 remain',
  holds: (answer) => answer.status === 201 && remaining(answer) === 20,
})
await ask('It was less', {
  method: 'POST',
  path: `${user}/reservations/${reserved.json.id}/commit`,
  headers: key('commit'),
  body: { amount: 12 },
  expected: '12 are spent, the rest is free again',
  holds: (answer) => answer.status === 201 && remaining(answer) === 58,
})
const corrected = await ask('A correction', {
  method: 'POST',
  path: `${user}/consumptions/${consumed.json.id}/reversals`,
  headers: key('correct'),
  body: { amount: 10 },
  expected: '10 are back in the lot that they were taken of',
  holds: (answer) => answer.status === 201 && answer.json.reversed === 10 && remaining(answer) === 68,
})
await ask('What is left, lot by lot', {
  path: `${user}/balances?feature=demo-renders&minVersion=${version(corrected)}`,
  expected: '100 granted, 32 used, 68 remaining, given anew in a month',
  holds: ({ json: { balances } }) =>
    balances?.length === 1 &&
    balances[0].used === 32 &&
    balances[0].remaining === 68 &&
    balances[0].lots[0].resetsAt !== null,
})

// From here on nobody calls the API: Stripe tells what happens, as it does after a payment page.
const payment = `pi_demo_${run}`
await ask('A purchase, as Stripe tells it', {
  ...delivery('checkout.session.completed', {
    id: `cs_test_demo_${run}`,
    object: 'checkout.session',
    mode: 'payment',
    payment_status: 'paid',
    payment_intent: payment,
    client_reference_id: `demo-${run}`,
    metadata: { product: 'price_demo_pro' },
  }),
  expected: 'the signature is right and the event is kept',
  holds: ({ status }) => status === 200,
})
const strong = `${user}/access/demo-export?consistency=strong`
await ask('What was bought', {
  path: strong,
  patient: true,
  expected: 'yes: the product gives the feature',
  holds: ({ json }) => json.allowed && json.reason === 'granted',
})
await ask('Its refund', {
  ...delivery('charge.refunded', {
    id: `ch_demo_${run}`,
    object: 'charge',
    status: 'succeeded',
    created: seconds(),
    amount: 2900,
    amount_captured: 2900,
    amount_refunded: 2900,
    payment_intent: payment,
  }),
  expected: 'the event is kept',
  holds: ({ status }) => status === 200,
})
await ask('What was given back', {
  path: strong,
  patient: true,
  expected: 'no: the refund took it away',
  holds: ({ json }) => !json.allowed,
})
await ask('What arrived, and what became of it', {
  path: `/v4/inbox?userId=demo-${run}`,
  patient: true,
  brief: ({ type, state, versions, receivedAt }) => ({ type, state, versions, receivedAt }),
  expected: 'both events were applied',
  holds: ({ json }) => json.items?.length === 2 && json.items.every(({ state }) => state === 'applied'),
})

// A subscription whose renewal fails and is paid after all. It began a month ago, so that its second period has just begun.
await ask('Credits', {
  method: 'PUT',
  path: '/v4/features/demo-credits',
  body: { type: 'metered', name: 'Credits', unit: 'credits' },
  expected: 'the catalog knows it',
  holds: ({ status }) => status === 200 || status === 201,
})
await ask('A plan with a hundred of them for each period that is paid', {
  method: 'PUT',
  path: '/v4/products/demo-club',
  body: {
    name: 'Club',
    features: [{ feature: 'demo-credits', amount: 100 }],
    references: [{ provider: 'stripe', ref: 'price_demo_club' }],
  },
  expected: 'the catalog knows what the price stands for',
  holds: ({ status }) => status === 200 || status === 201,
})
const MONTH = 30 * 86_400
const HOUR = 3_600
const begun = seconds() - MONTH - 2 * HOUR
const renewed = begun + MONTH
const credits = `${user}/access/demo-credits?consistency=strong`
const spending = (name, amount) => ({
  method: 'POST',
  path: `${user}/consumptions`,
  headers: key(name),
  body: { feature: 'demo-credits', amount },
})
await ask('A subscription, as Stripe tells it', {
  ...delivery('customer.subscription.created', subscription('active', begun), begun),
  expected: 'the event is kept',
  holds: ({ status }) => status === 200,
})
await ask('The payment of its first month', {
  ...delivery('invoice.paid', invoice('first', begun), begun),
  expected: 'the event is kept',
  holds: ({ status }) => status === 200,
})
await ask('What the first month gave', {
  path: credits,
  patient: true,
  expected: '100 credits',
  holds: (answer) => answer.json.allowed && remaining(answer) === 100,
})
const spent = await ask('Some of it is spent', {
  ...spending('credits-of-before', 60),
  expected: '40 remain',
  holds: (answer) => answer.status === 201 && remaining(answer) === 40,
})
await ask('The renewal fails', {
  ...delivery('customer.subscription.updated', subscription('past_due', renewed), renewed + HOUR),
  expected: 'the event is kept',
  holds: ({ status }) => status === 200,
})
await ask('Access while Stripe tries again', {
  path: credits,
  patient: true,
  expected: 'yes, in grace, with the 40 of before: the new month gives none until it is paid',
  holds: (answer) =>
    version(answer) > version(spent) && answer.json.reason === 'in_grace' && remaining(answer) === 40,
})
await ask('What was left may be used up', {
  ...spending('credits-in-grace', 10),
  expected: '30 remain',
  holds: (answer) => answer.status === 201 && remaining(answer) === 30,
})
await ask('More than was left', {
  ...spending('credits-too-many', 31),
  expected: 'refused, with what is there',
  holds: (answer) => answer.json.code === 'insufficient_balance' && remaining(answer) === 30,
})
const recovery = delivery('invoice.paid', invoice('second', renewed), renewed + 2 * HOUR)
await ask('It is paid after all', {
  ...recovery,
  expected: 'the event is kept',
  holds: ({ status }) => status === 200,
})
await ask('What the second month gives', {
  path: credits,
  patient: true,
  expected: 'yes, with the 100 of the new month',
  holds: (answer) => answer.json.reason === 'granted' && remaining(answer) === 100,
})
await ask('Some of that is spent', {
  ...spending('credits-of-now', 25),
  expected: '75 remain',
  holds: (answer) => answer.status === 201 && remaining(answer) === 75,
})
await ask('The payment is told once more', {
  ...recovery,
  expected: 'known already',
  holds: ({ status, json }) => status === 200 && json.status === 'duplicate',
})
await ask('And the subscription, as it is now', {
  ...delivery('customer.subscription.updated', subscription('active', renewed), renewed + 2 * HOUR),
  expected: 'the event is kept',
  holds: ({ status }) => status === 200,
})
await ask('What became of all that', {
  path: `/v4/inbox?userId=demo-${run}&limit=5`,
  patient: true,
  brief: ({ type, state, versions, receivedAt }) => ({ type, state, versions, receivedAt }),
  expected: 'each of the five events was applied, once',
  holds: ({ json }) => json.items?.length === 5 && json.items.every(({ state }) => state === 'applied'),
})
await ask('What is left of the second month', {
  path: credits,
  expected: '75: its credits were given once',
  holds: (answer) => answer.json.reason === 'granted' && remaining(answer) === 75,
})
console.log('\nEvery answer was the expected one.\n')

/** A request that Stripe would make: the body is signed together with the moment. */
function delivery(type, object, created = seconds()) {
  const body = {
    id: `evt_demo_${type}_${created}_${run}`,
    object: 'event',
    type,
    created,
    livemode: false,
    data: { object },
  }
  const signed = `${seconds()}`
  const signature = createHmac('sha256', stripeSecret)
    .update(`${signed}.${JSON.stringify(body)}`)
    .digest('hex')
  const headers = { 'Stripe-Signature': `t=${signed},v1=${signature}` }
  return { method: 'POST', path: '/webhooks/stripe', headers, body }
}

/** The club's subscription in the period that starts then. */
function subscription(status, start) {
  return {
    id: `sub_demo_${run}`,
    object: 'subscription',
    customer: `cus_demo_${run}`,
    status,
    created: begun,
    start_date: begun,
    metadata: { user_id: `demo-${run}` },
    items: {
      object: 'list',
      data: [
        {
          id: `si_demo_${run}`,
          price: { id: 'price_demo_club' },
          quantity: 1,
          current_period_start: start,
          current_period_end: start + MONTH,
        },
      ],
    },
  }
}

/** The paid invoice of the period that starts then. */
function invoice(name, start) {
  const of = { subscription: `sub_demo_${run}` }
  return {
    id: `in_demo_${name}_${run}`,
    object: 'invoice',
    customer: `cus_demo_${run}`,
    status: 'paid',
    billing_reason: start === begun ? 'subscription_create' : 'subscription_cycle',
    total: 900,
    amount_paid: 900,
    created: start,
    parent: { type: 'subscription_details', subscription_details: of },
    lines: {
      object: 'list',
      data: [
        {
          id: `il_demo_${name}_${run}`,
          amount: 900,
          quantity: 1,
          period: { start, end: start + MONTH },
          parent: {
            type: 'subscription_item_details',
            subscription_item_details: { ...of, subscription_item: `si_demo_${run}` },
          },
        },
      ],
    },
  }
}

function seconds() {
  return Math.floor(Date.now() / 1000)
}

function settings() {
  try {
    const here = `http://localhost:${process.env.PORT || 8787}`
    const { values } = parseArgs({ options: { url: { type: 'string', default: here } } })
    if (!URL.canParse(values.url)) throw new Error(`--url takes an address, not "${values.url}".`)
    return {
      url: new URL(values.url).origin,
      token: signToken({ sub: 'demo', scope: SCOPES }),
      stripeSecret: webhookSecret('stripe'),
    }
  } catch (error) {
    return giveUp(error.message)
  }
}
