import { beforeAll, describe, expect, it } from 'vitest'
import { createMemory } from '../../../src/client/access-memory.ts'
import type { Ledger } from '../../../src/client/ledger.ts'
import { aFeature, ask } from '../../support/api.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { aUser } from '../../support/user.ts'
import { overBinding, overHttp } from './ledgers.ts'

stopTheClock()

/** Of which nothing but what it was answered from may differ. */
const INDIFFERENT = { source: null, asOf: null }

const features: Record<string, string> = {}
let user = ''

beforeAll(async () => {
  user = aUser()
  for (const type of ['boolean', 'config', 'metered'] as const) features[type] = await aFeature(type)
  features['without a right'] = await aFeature()
  features['switched off'] = await aFeature()
  features['in no catalog'] = `feature-${crypto.randomUUID()}`
  const of = (await overHttp()).user(user)
  await of.grant({ feature: named('boolean'), endsAt: '2998-01-01T00:00:00.000Z' })
  await of.grant({ feature: named('config'), value: { seats: [1, 2] } })
  await of.grant({ feature: named('metered'), amount: 5 })
  await of.grant({ feature: named('switched off') })
  await ask('PATCH', `/v4/features/${named('switched off')}`, { body: { enabled: false } })
})

function named(what: string): string {
  return features[what] ?? expect.unreachable()
}

const doors: readonly [string, () => Promise<Ledger>][] = [
  ['HTTP', () => overHttp({ memory: createMemory() })],
  ['the binding', () => Promise.resolve(overBinding({ memory: createMemory() }))],
]

describe.each(doors)('what is remembered over %s', (_door, open) => {
  it('is what the one check answers, for every kind of feature', async () => {
    const of = (await open()).user(user)
    // Else the catalog of an isolate may be some seconds old.
    const { catalogVersion } = await of.access()
    for (const feature of Object.values(features)) {
      const path = `/v4/users/${user}/access/${feature}?consistency=strong&minCatalogVersion=${catalogVersion ?? 0}`
      const { json } = await ask('GET', path)
      const asked = await of.check(feature)
      expect({ ...asked, ...INDIFFERENT }).toStrictEqual({ ...json, ...INDIFFERENT })
      expect(of.remembered(feature)).toStrictEqual(asked)
    }
  })

  it('knows its age by the clock of the ledger', async () => {
    const of = (await open()).user(user)
    await of.check(named('boolean'))
    pass(29_999)
    expect(of.remembered(named('boolean'))).not.toBeNull()
    expect(of.remembered(named('without a right'))).toBeNull()
    pass(1)
    expect(of.remembered(named('boolean'))).toBeNull()
  })
})
