// How much heap an isolate's memory takes for a user of ten features: npm run bench:memory
import { accessFrom } from '../../../src/domain/user/snapshot.ts'
import { SnapshotMemory } from '../../../src/edge/snapshot-memory.ts'

const USERS = 10_000
const NOW = Date.now()
const FRESHNESS = { staleIfErrorMs: 3_600_000, denyMaxAgeMs: 5000 }

/** As it comes from KV: parsed from text. Eight rights are boolean, one has a value, one is a lot. */
function snapshotOf(user) {
  const right = (allowance, more = {}) => ({
    id: `ent_${crypto.randomUUID().replaceAll('-', '')}`,
    allowance,
    ...more,
    startsAt: NOW,
    endsAt: NOW + 86_400_000,
    graceEndsAt: null,
    trial: false,
    suspendedAt: null,
    revokedAt: null,
    held: false,
  })
  const lot = { amount: 100, overage: 'deny', reset: null, period: null }
  const usage = { period: null, name: null, carried: 0, used: 1, forgiven: 0, others: [], version: 2 }
  const ofLot = { priority: 0, startedAt: NOW, withdrawn: false, usage, holds: [] }
  const features = Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => {
      if (index === 8)
        return [`seats-${index}`, [right({ type: 'config', value: 5 }, { priority: 0, isBought: false })]]
      if (index === 9) return [`credits-${index}`, [right({ type: 'metered', ...lot }, ofLot)]]
      return [`feature-${index}`, [right({ type: 'boolean' })]]
    }),
  )
  return JSON.parse(JSON.stringify({ userId: `user-${user}`, version: 10, confirmedAt: NOW, features }))
}

/** Has so many users asked for, one after another, and returns how many of them are found when all are asked for again. */
function remembered(memory, users) {
  for (let user = 0; user < users; user += 1) {
    // What the answer was is remembered too.
    accessFrom(memory.take(snapshotOf(user), NOW), 'feature-0', NOW)
  }
  globalThis.gc()
  const heap = process.memoryUsage().heapUsed
  const found = Array.from({ length: users }, (_, user) => memory.get(`user-${user}`, NOW))
  return { heap, found: found.filter((one) => one !== null).length }
}

globalThis.gc()
const before = process.memoryUsage().heapUsed
const { heap } = remembered(new SnapshotMemory(FRESHNESS), USERS)
console.log(`The text of one has ${JSON.stringify(snapshotOf(0)).length} characters`)
console.log(`${USERS} users take ${((heap - before) / USERS / 1024).toFixed(2)} KiB of heap each`)
for (const users of [4000, 6500, USERS]) {
  const { found } = remembered(new SnapshotMemory(FRESHNESS), users)
  console.log(`Of ${users} users who are asked for in turn, ${found} are found the second time`)
}
