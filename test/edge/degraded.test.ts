import { beforeAll, describe, expect, it } from 'vitest'
import { aCreation } from '../domain/samples.ts'
import { FRESHNESS, aReader } from '../support/a-reader.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import {
  aKnownUser,
  aRevocation,
  aSubmission,
  recordAt,
  untilPublished,
  withExportFeature,
} from '../support/ledger.ts'
import { aUser } from '../support/user.ts'

stopTheClock()
beforeAll(withExportFeature)

const outages = [
  ['fails', () => Promise.reject(new Error('Network connection lost.'))],
  ['does not answer in time', () => new Promise<never>(() => {})],
] as const

describe.each(outages)('while the object %s', (_kind, ask) => {
  const freshness = { checkTimeoutMs: 100 }
  const unavailable = { name: 'LedgerUnavailable' }

  it('a yes past its bound is given for an hour after its confirmation, and says that it is degraded', async () => {
    const userId = await aKnownUser()
    const warm = aReader({ ask, freshness })
    const { ageMs } = await warm.check(userId)
    pass(FRESHNESS.allowMaxAgeMs - ageMs - 1)
    expect(await warm.check(userId)).toMatchObject({ allowed: true, degraded: false })
    pass(1)
    expect(await warm.check(userId)).toMatchObject({ allowed: true, degraded: true, source: 'memory' })
    expect(await aReader({ ask, freshness }).check(userId)).toMatchObject({ degraded: true, source: 'kv' })
    pass(FRESHNESS.staleIfErrorMs - FRESHNESS.allowMaxAgeMs - 1)
    expect(await warm.check(userId)).toMatchObject({ allowed: true, degraded: true })
    pass(1)
    for (const reader of [warm, aReader({ ask, freshness })]) {
      await expect(reader.check(userId)).rejects.toMatchObject(unavailable)
    }
  })

  it('nobody is told no by a copy that is older than five seconds', async () => {
    const userId = await aKnownUser()
    await recordAt(userId, aRevocation())
    await untilPublished(userId)
    const reader = aReader({ ask, freshness })
    const { ageMs } = await reader.check(userId)
    pass(FRESHNESS.denyMaxAgeMs - ageMs - 1)
    expect(await reader.check(userId)).toMatchObject({ allowed: false, degraded: false })
    pass(1)
    await expect(reader.check(userId)).rejects.toMatchObject(unavailable)
  })

  it('nobody is told anything of a user of whom there is no copy', async () => {
    await expect(aReader({ ask, freshness }).check(aUser())).rejects.toMatchObject(unavailable)
  })

  it('a yes that ended meanwhile is not given', async () => {
    const endsAt = Date.now() + FRESHNESS.allowMaxAgeMs
    const userId = await aKnownUser(aSubmission(aCreation({ endsAt })))
    pass(endsAt - 1 - Date.now())
    const reader = aReader({ ask, freshness: { ...freshness, allowMaxAgeMs: 0, denyMaxAgeMs: 0 } })
    expect(await reader.check(userId)).toMatchObject({ allowed: true, degraded: true })
    pass(1)
    await expect(reader.check(userId)).rejects.toMatchObject(unavailable)
  })

  it('no demand is bent', async () => {
    const userId = await aKnownUser()
    const reader = aReader({ ask, freshness })
    await reader.check(userId)
    for (const demand of [{ strong: true }, { maxAgeMs: 0 }, { minVersion: 2 }]) {
      pass(1)
      await expect(reader.check(userId, demand)).rejects.toMatchObject(unavailable)
    }
    pass(FRESHNESS.allowMaxAgeMs)
    for (const demand of [{ strong: true }, { maxAgeMs: FRESHNESS.allowMaxAgeMs }, { minVersion: 2 }]) {
      await expect(reader.check(userId, demand)).rejects.toMatchObject(unavailable)
    }
    expect(await reader.check(userId, { minVersion: 1 })).toMatchObject({ degraded: true, version: 1 })
  })
})
