// What a full catalog weighs in KV, how long it takes to take it in, and what a check costs with it in memory: npm run bench:catalog
import { recordToCatalog } from '../../../src/domain/catalog/catalog.ts'
import { accessBy } from '../../../src/domain/user/access-by-catalog.ts'
import { catalogToStored, storedToCatalog } from '../../../src/ledger/stored-catalog.ts'

const NOW = Date.now()
const ROUNDS = 51
const CHECKS = 200_000

/** So many features of each type in turn, and as many products that half of all users have, of one feature each. */
function recordOf(count) {
  const types = ['boolean', 'config', 'metered']
  const allowances = [
    { type: 'boolean' },
    { type: 'config', value: 5 },
    { type: 'metered', amount: 100, overage: 'deny', reset: null, period: null },
  ]
  const of = (make) => Array.from({ length: count }, (_, index) => make(index))
  const key = (index) => `feature-of-the-catalog-${String(index).padStart(4, '0')}`
  return {
    version: 7,
    features: of((index) => ({
      key: key(index),
      type: types[index % 3],
      overage: 'deny',
      combine: 'latest',
      archived: false,
      enabled: true,
    })),
    everyone: of((index) => ({
      id: `product-${String(index).padStart(4, '0')}`,
      share: { percent: 50, seed: `product-${String(index).padStart(4, '0')}` },
      features: [
        {
          entitlementId: `ent_${crypto.randomUUID().replaceAll('-', '')}`,
          feature: key(index),
          allowance: allowances[index % 3],
          priority: 0,
        },
      ],
    })),
  }
}

function median(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]
}

/** Milliseconds, the median of many times. */
function timeOf(work) {
  const times = Array.from({ length: ROUNDS }, () => {
    const from = performance.now()
    work()
    return performance.now() - from
  })
  return median(times)
}

/** A check of what is recorded for a user, in nanoseconds. */
function checkTimeBy(catalog) {
  const right = {
    id: `ent_${'1'.repeat(32)}`,
    allowance: { type: 'boolean' },
    startsAt: null,
    endsAt: null,
    graceEndsAt: null,
    trial: false,
    suspendedAt: null,
    revokedAt: null,
    held: false,
  }
  const feature = 'feature-of-the-catalog-0000'
  const snapshot = { userId: 'user-1', version: 1, confirmedAt: NOW, features: { [feature]: [right] } }
  const ms = timeOf(() => {
    for (let check = 0; check < CHECKS / ROUNDS; check += 1) accessBy(snapshot, catalog, feature, NOW)
  })
  return (ms / (CHECKS / ROUNDS)) * 1e6
}

const record = recordOf(1000)
const text = JSON.stringify(catalogToStored(1, { confirmedAt: NOW, catalog: record }))
console.log(
  `1,000 features and 1,000 products that everybody has take ${Math.round(text.length / 1000)} kB in KV`,
)
const parsed = timeOf(() => recordToCatalog(storedToCatalog(JSON.parse(text), 1).catalog))
console.log(`To take them in takes ${parsed.toFixed(1)} ms, once for each change of the catalog`)
const [small, full] = [recordOf(1), record].map((one) => checkTimeBy(recordToCatalog(one)))
console.log(
  `A check is evaluated in ${Math.round(full)} ns; by a catalog of one feature in ${Math.round(small)} ns`,
)
