import { expect } from 'vitest'
import { type Answered, aFeature, aKey, ask, grant } from '../../support/api.ts'
import { aToken } from '../../support/token.ts'
import { aUser } from '../../support/user.ts'

type Headers = Readonly<Record<string, string>>

/** A user who was granted so much of a new metered feature, and what can be asked of it over HTTP. */
export async function aMeter(amount: number, terms: object = {}) {
  const [userId, feature] = [aUser(), await aFeature('metered')]
  const meter = meterOf(userId, feature)
  const granted = await meter.grant(amount, terms)
  return { ...meter, granted }
}

/** A user of a feature that may be spent beyond what is there. */
export async function aMeterWithOverage(amount: number, terms: object = {}) {
  const [userId, feature] = [aUser(), `feature-${crypto.randomUUID()}`]
  await ask('PUT', `/v4/features/${feature}`, { body: { type: 'metered', overage: 'allow' } })
  const meter = meterOf(userId, feature)
  await meter.grant(amount, terms)
  return meter
}

/** What can be asked of a feature of a user. Tokens are of the moment, so that days may pass between two requests. */
export function meterOf(userId: string, feature: string) {
  const path = `/v4/users/${userId}`
  const post = async (tail: string, body?: unknown, headers: Headers = aKey()) =>
    ask('POST', `${path}/${tail}`, { body, headers, token: await aToken() })
  const get = async (tail: string) => ask('GET', `${path}/${tail}`, { token: await aToken() })
  return {
    userId,
    feature,
    path,
    async grant(amount: number, terms: object = {}) {
      const granted = await grant(userId, { feature, amount, ...terms })
      if (granted.status !== 201) throw new Error(`Refused: ${granted.text}`)
      return granted
    },
    consume: (amount: number, headers?: Headers) => post('consumptions', { feature, amount }, headers),
    reverse: ({ json }: Answered, amount?: number, headers?: Headers) =>
      post(`consumptions/${json.id}/reversals`, { amount }, headers),
    reserve: (amount: number, ttlSeconds = 60, headers?: Headers) =>
      post('reservations', { feature, amount, ttlSeconds }, headers),
    commit: ({ json }: Answered, amount?: number, headers?: Headers) =>
      post(`reservations/${json.id}/commit`, { amount }, headers),
    release: ({ json }: Answered, headers?: Headers) =>
      post(`reservations/${json.id}/release`, undefined, headers),
    /** What a check says that no cache may answer. */
    check: async (how = 'consistency=strong') => (await get(`access/${feature}?${how}`)).json,
    /** Granted, used, reserved and remaining, as no cache may say them. */
    async balance() {
      const { balance } = (await get(`access/${feature}?consistency=strong`)).json
      return balance === undefined ? null : numbersOf(balance)
    },
    /** The lots behind the balance, in the order in which they are spent. */
    async lots() {
      const { json } = await get(`balances?feature=${feature}&consistency=strong`)
      return json.balances[0]?.lots ?? []
    },
    get,
  }
}

export function numbersOf({ granted, used, reserved, remaining }: Record<string, unknown>) {
  return [granted, used, reserved, remaining]
}

/** Fails unless the second answer is the first one over again. */
export function expectReplayed(second: Answered, first: Answered): void {
  expect(second.headers.get('Idempotent-Replayed')).toBe('true')
  expect([second.status, second.text]).toEqual([first.status, first.text])
  for (const name of ['Content-Type', 'ETag', 'Ledger-Head', 'Location']) {
    expect(second.headers.get(name)).toBe(first.headers.get(name))
  }
}
