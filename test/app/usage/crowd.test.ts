import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { recordToCatalog } from '../../../src/domain/catalog/catalog.ts'
import { accessBy } from '../../../src/domain/user/access-by-catalog.ts'
import { readCatalog } from '../../../src/ledger/store/catalog/read-catalog.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { aFeature, aKey, ask } from '../../support/api.ts'
import { changeCatalog } from '../../support/change-catalog.ts'
import { anIsolate } from '../../support/isolate.ts'
import { aToken } from '../../support/token.ts'
import { aUser } from '../../support/user.ts'
import { aMeter, meterOf } from './a-meter.ts'

interface Told {
  readonly id: string
  readonly code: string
  readonly balance: { readonly remaining: number }
}

/** Somebody who was never seen, and a feature of which everybody has so much. */
async function everybodysMeter(amount: number) {
  const feature = await aFeature('metered')
  const product = `free-${crypto.randomUUID()}`
  await ask('PUT', `/v4/products/${product}`, { body: { name: 'Free', features: [{ feature, amount }] } })
  const everyone = JSON.stringify({ percent: 100, seed: product })
  await changeCatalog('UPDATE products SET everyone = ?1 WHERE id = ?2', everyone, product)
  return meterOf(aUser(), feature)
}

/** Somebody who was granted so much within any hour. */
async function windowedMeter(amount: number) {
  const feature = `window-${crypto.randomUUID()}`
  await ask('PUT', `/v4/features/${feature}`, { body: { type: 'metered', windowSeconds: 3600 } })
  const meter = meterOf(aUser(), feature)
  await meter.grant(amount)
  return meter
}

/** Somebody who was granted so much of a pool that two features spend. */
async function pooledMeter(amount: number) {
  const meter = await aMeter(amount)
  const through = [`a-${crypto.randomUUID()}`, `b-${crypto.randomUUID()}`]
  for (const key of through) {
    await ask('PUT', `/v4/features/${key}`, { body: { type: 'metered', spends: meter.feature } })
  }
  return { ...meter, through }
}

interface Meter extends ReturnType<typeof meterOf> {
  /** The features that are consumed, in turns; the one itself where none are named. */
  readonly through?: readonly string[]
}

describe('a thousand consumptions of 1 at once, of 500 that are there', () => {
  it.each([
    ['that were granted', () => aMeter(500), 501],
    ['that everybody has', () => everybodysMeter(500), 500],
    ['within a window', () => windowedMeter(500), 501],
    ['through two features on one pool', () => pooledMeter(500), 501],
  ] as const)(
    'are 500 that succeed and 500 that are refused: %s',
    { timeout: 60_000 },
    async (_name, made, version) => {
      const [meter, isolate]: [Meter, Awaited<ReturnType<typeof anIsolate>>] = [
        await made(),
        await anIsolate(),
      ]
      const { through = [meter.feature] } = meter
      const headers = { Authorization: `Bearer ${await aToken()}`, 'Content-Type': 'application/json' }
      // The Worker's own handler: the test pool takes minutes for hundreds of requests at once, whatever they ask.
      const consume = async (key: Record<string, string>, place: number) => {
        const body = JSON.stringify({ feature: through[place % through.length], amount: 1 })
        const request = new Request(`https://ledger.test${meter.path}/consumptions`, {
          method: 'POST',
          headers: { ...headers, ...key },
          body,
        })
        const response = await isolate(request)
        const retryAfter = Number(response.headers.get('Retry-After'))
        return { key, status: response.status, retryAfter, told: await response.json<Told>() }
      }

      const answers: { readonly status: number; readonly told: Told }[] = []
      let waiting = Array.from({ length: 1000 }, aKey)
      while (waiting.length > 0) {
        const round = await Promise.all(waiting.map(consume))
        const turnedAway = round.filter(({ status }) => status === 503)
        for (const { told, retryAfter } of turnedAway) {
          expect([told.code, retryAfter > 0]).toEqual(['overloaded', true])
        }
        answers.push(...round.filter(({ status }) => status !== 503))
        waiting = turnedAway.map(({ key }) => key)
      }

      const spent = answers.filter(({ status }) => status === 201)
      const refused = answers.filter(({ status }) => status === 409)
      expect([spent.length, refused.length]).toEqual([500, 500])
      expect(new Set(refused.map(({ told }) => told.code))).toEqual(new Set(['insufficient_balance']))
      expect(new Set(spent.map(({ told }) => told.id)).size).toBe(500)
      const left = spent.map(({ told }) => told.balance.remaining).toSorted((a, b) => a - b)
      expect(left).toEqual(Array.from({ length: 500 }, (_, index) => index))
      const snapshot = await env.USERS.getByName(meter.userId).snapshot('not_looked_for')
      const catalog = recordToCatalog(await readCatalog(env.DB))
      const { balance } = accessBy(snapshot, catalog, meter.feature, Date.now())
      expect(balance).toEqual({ granted: 500, used: 500, reserved: 0, remaining: 0 })
      expect(await verify(env.DB, meter.userId)).toMatchObject({ intact: true, version })
    },
  )
})
