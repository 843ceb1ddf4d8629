import { beforeAll, describe, expect, it } from 'vitest'
import { ofFeature } from '../../src/app/checks/check-access.ts'
import { NO_DEMAND } from '../../src/edge/freshness.ts'
import { readMany } from '../../src/edge/read-many.ts'
import type { FeatureKey } from '../../src/domain/values/ids.ts'
import { aReader, askObject } from '../support/a-reader.ts'
import { stopTheClock } from '../support/clock.ts'
import { KvAtLocation, storedOf } from '../support/kv-at-location.ts'
import { aGrant, aKnownUser, recordAt, withExportFeature } from '../support/ledger.ts'

stopTheClock()
beforeAll(withExportFeature)

const STRONG = { ...NO_DEMAND, strong: true }

/** A reader, what it asked the object for, and what it was told. */
function watched(kv?: KVNamespace, ask = askObject) {
  const asked: (readonly FeatureKey[] | undefined)[] = []
  const told: string[][] = []
  const of = aReader({
    ...(kv === undefined ? {} : { kv }),
    ask: async (userId, copy, features) => {
      asked.push(features)
      const snapshot = await ask(userId, copy, features)
      told.push(Object.keys(snapshot.features))
      return snapshot
    },
  })
  const check = (userId: string, feature: FeatureKey, demand = NO_DEMAND) =>
    of.reader.read(userId, { ...demand, features: [feature] }, ofFeature(feature))
  return { reader: of.reader, asked, told, check }
}

describe('a strong check', () => {
  it('is told of its own features alone, and many of one user in one question', async () => {
    const userId = await aKnownUser()
    const { reader, asked, told, check } = watched()
    expect((await check(userId, 'export', STRONG)).answer.allowed).toBe(true)
    expect((await check(userId, 'other', STRONG)).answer.reason).toBe('unknown_feature')
    const questions = ['export', 'other', 'export'].map((feature) => ({
      userId,
      demand: { ...STRONG, features: [feature] },
      evaluation: ofFeature(feature),
    }))
    expect((await readMany(reader, questions)).map(({ status }) => status)).toEqual(
      questions.map(() => 'fulfilled'),
    )
    expect(asked).toEqual([['export'], ['other'], ['export', 'other']])
    expect(told).toEqual([['export'], [], ['export']])
  })

  it('leaves nothing behind that another check takes for the whole', async () => {
    const userId = await aKnownUser()
    const { asked, check } = watched(new KvAtLocation().kv)
    expect((await check(userId, 'other', STRONG)).answer.allowed).toBe(false)
    expect((await check(userId, 'export')).answer.allowed).toBe(true)
    expect(asked.length).toBeLessThanOrEqual(2)
  })

  it('lets no check after it go back to a lower version', async () => {
    const userId = await aKnownUser()
    const place = new KvAtLocation()
    const { check } = watched(place.kv)
    const before = await storedOf(userId)
    expect(await check(userId, 'export')).toMatchObject({ version: 1 })
    const version = await recordAt(userId, aGrant('order-2'))
    expect(await check(userId, 'export', STRONG)).toMatchObject({ version })
    place.serve(userId, before)
    expect(await check(userId, 'export')).toMatchObject({ version, source: 'ledger' })
    expect(await check(userId, 'export')).toMatchObject({ version, source: 'memory' })
  })

  it('confirms what is remembered, where that is of the newest version', async () => {
    const userId = await aKnownUser()
    const { check } = watched()
    const { asOf } = await check(userId, 'export')
    await check(userId, 'other', STRONG)
    const again = await check(userId, 'export')
    expect(again.source).toBe('memory')
    expect(again.asOf).toBeGreaterThanOrEqual(asOf)
  })

  it('is answered by an object of the version before, which tells of all', async () => {
    const userId = await aKnownUser()
    const { asked, check } = watched(undefined, (id, copy) => askObject(id, copy))
    expect((await check(userId, 'export', STRONG)).answer.allowed).toBe(true)
    expect(await check(userId, 'export')).toMatchObject({ source: 'memory' })
    expect(asked).toHaveLength(1)
  })
})
