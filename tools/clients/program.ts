// What a back-end does, with the generated TypeScript types. It is compiled and run beside them, in the folder of run.mjs.
import assert from 'node:assert/strict'
import createClient from 'openapi-fetch'
import type { paths } from './ledger.d.ts'

const { LEDGER_URL: baseUrl = '', LEDGER_TOKEN = '' } = process.env
const ledger = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${LEDGER_TOKEN}` } })
const userId = 'jane+typescript@example.com'
const feature = 'typescript-credits'
const once = (key: string) => ({ 'idempotency-key': key })

const put = await ledger.PUT('/v4/features/{key}', {
  params: { path: { key: feature } },
  body: { type: 'metered', unit: 'credits' },
})
assert.equal(put.data?.unit, 'credits')

const granted = await ledger.POST('/v4/users/{userId}/entitlements', {
  params: { path: { userId }, header: once('order-1') },
  body: { feature, amount: 100 },
})
assert.equal(granted.data?.state, 'active')

const checked = await ledger.GET('/v4/users/{userId}/access/{feature}', {
  params: { path: { userId, feature }, query: { minVersion: 1 } },
})
assert.equal(checked.data?.allowed, true)

const spent = await ledger.POST('/v4/users/{userId}/consumptions', {
  params: { path: { userId }, header: once('export-1') },
  body: { feature, amount: 30 },
})
assert.equal(spent.data?.amount, 30)

const listed = await ledger.GET('/v4/users/{userId}/entitlements', { params: { path: { userId } } })
assert.deepEqual(
  listed.data?.items.map(({ id }) => id),
  [granted.data.id],
)

const refused = await ledger.POST('/v4/users/{userId}/consumptions', {
  params: { path: { userId }, header: once('export-2') },
  body: { feature, amount: 71 },
})
assert.equal(refused.error?.code, 'insufficient_balance')
