import { describe, expect, it } from 'vitest'
import type { Snapshot } from '../../src/domain/user/snapshot.ts'
import { SnapshotMemory } from '../../src/edge/snapshot-memory.ts'
import { FRESHNESS } from '../support/a-reader.ts'

const NOW = 10_000_000
const { staleIfErrorMs } = FRESHNESS

function aSnapshot(userId: string, confirmedAt = NOW, feature = 'export'): Snapshot {
  return { userId, version: 1, confirmedAt, features: { [feature]: [] } }
}

describe('a snapshot leaves memory', () => {
  it('by its own deadline, which counts from its confirmation, however late it was taken in and used', () => {
    const memory = new SnapshotMemory(FRESHNESS)
    memory.take(aSnapshot('early', NOW - staleIfErrorMs + 2), NOW)
    memory.take(aSnapshot('late'), NOW)
    expect(memory.get('early', NOW + 1)).not.toBeNull()
    expect(memory.get('early', NOW + 2)).toBeNull()
    expect(memory.get('late', NOW + staleIfErrorMs - 1)).not.toBeNull()
    expect(memory.get('late', NOW + staleIfErrorMs)).toBeNull()
  })

  it('by its size, while what is in use stays: an isolate has 128 MB for everything', () => {
    const memory = new SnapshotMemory(FRESHNESS)
    const longFeature = 'x'.repeat(512 * 1024)
    const users = Array.from({ length: 80 }, (_, index) => `user-${index}`)
    for (const userId of users) {
      memory.take(aSnapshot(userId, NOW, longFeature), NOW)
      memory.get('user-0', NOW)
    }
    const kept = users.toReversed().filter((userId) => memory.get(userId, NOW) !== null)
    expect(kept).toEqual(expect.arrayContaining(['user-0', ...users.slice(-30)]))
    expect(kept.length).toBeLessThan(64)
  })

  it('by number, when they are small', () => {
    const memory = new SnapshotMemory(FRESHNESS)
    for (let index = 0; index <= 20_000; index += 1) memory.take(aSnapshot(`user-${index}`), NOW)
    expect(memory.get('user-0', NOW)).toBeNull()
    expect(memory.get('user-20000', NOW)).not.toBeNull()
    expect(memory.get('user-10001', NOW)).not.toBeNull()
  })

  it('of whom nothing is recorded once it is too old for a "no", and in no number before another one', () => {
    const memory = new SnapshotMemory(FRESHNESS)
    const ofNothing = (userId: string) => ({ ...aSnapshot(userId), version: 0, features: {} })
    memory.take(ofNothing('nobody'), NOW)
    expect(memory.get('nobody', NOW + FRESHNESS.denyMaxAgeMs - 1)).not.toBeNull()
    expect(memory.get('nobody', NOW + FRESHNESS.denyMaxAgeMs)).toBeNull()

    const users = Array.from({ length: 5000 }, (_, index) => `user-${index}`)
    for (const userId of users) memory.take(aSnapshot(userId), NOW)
    for (let index = 0; index < 20_000; index += 1) memory.take(ofNothing(`unknown-${index}`), NOW)
    expect(users.filter((userId) => memory.get(userId, NOW) === null)).toEqual([])
  })

  it('of whom nothing was recorded for what is recorded now, and never the other way', () => {
    const memory = new SnapshotMemory(FRESHNESS)
    const nothing = { ...aSnapshot('ann'), version: 0, features: {} }
    memory.take(nothing, NOW)
    memory.take(aSnapshot('ann'), NOW)
    expect(memory.take(nothing, NOW)).toMatchObject({ version: 1 })
    expect(memory.get('ann', NOW)).toMatchObject({ snapshot: { version: 1 } })
  })
})
