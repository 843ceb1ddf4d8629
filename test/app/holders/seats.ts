import { aKey, ask } from '../../support/api.ts'
import { aToken } from '../../support/token.ts'
import { aUser } from '../../support/user.ts'
import { numbersOf } from '../usage/a-meter.ts'

type Headers = Readonly<Record<string, string>>

/** A team that was granted so many of a new held feature, and what can be asked of it over HTTP. */
export async function someSeats(amount: number) {
  const feature = `feature-${crypto.randomUUID()}`
  const body = { type: 'metered', held: true }
  await ask('PUT', `/v4/features/${feature}`, { body, token: await aToken() })
  const seats = seatsOf(aUser(), feature)
  const granted = await seats.grant(amount)
  return { ...seats, granted }
}

/** What can be asked of a held feature of a user. */
export function seatsOf(userId: string, feature: string) {
  const path = `/v4/users/${userId}`
  const post = async (tail: string, body?: unknown, headers: Headers = aKey()) =>
    ask('POST', `${path}/${tail}`, { body, headers, token: await aToken() })
  const get = async (tail: string) => ask('GET', `${path}/${tail}`, { token: await aToken() })
  return {
    userId,
    feature,
    path,
    post,
    get,
    async grant(amount: number, terms: object = {}) {
      const granted = await post('entitlements', { feature, amount, ...terms })
      if (granted.status !== 201) throw new Error(`Refused: ${granted.text}`)
      return granted
    },
    take: (holder: string, more: object = {}, headers?: Headers) =>
      post('consumptions', { feature, holder, ...more }, headers),
    letGo: (holder: string, more: object = {}, headers?: Headers) =>
      post('holders/release', { feature, holder, ...more }, headers),
    reverse: (consumptionId: string, amount?: number) =>
      post(`consumptions/${consumptionId}/reversals`, { amount }),
    lease: (holder: string, ttlSeconds = 60, more: object = {}, headers?: Headers) =>
      post('reservations', { feature, holder, ttlSeconds, ...more }, headers),
    renew: async (id: string, ttlSeconds = 60) =>
      ask('PATCH', `${path}/reservations/${id}`, { body: { ttlSeconds }, token: await aToken() }),
    /** Who holds what, as the list says. */
    async holders(): Promise<readonly (readonly [string | null, number])[]> {
      const { json } = await get(`holders?feature=${feature}&limit=100`)
      return json.items.map((one: { holder: string | null; amount: number }) => [one.holder, one.amount])
    },
    check: async () => (await get(`access/${feature}?consistency=strong`)).json,
    /** Granted, used, reserved and remaining, as no cache may say them. */
    async balance() {
      return numbersOf((await get(`access/${feature}?consistency=strong`)).json.balance)
    },
    verify: async () => (await get('ledger/verify')).json,
  }
}

/** How often each status was answered to so many who ask at once; who finds the queue full asks again with their key. */
export async function atOnce(
  count: number,
  asks: (member: string, key: Headers) => Promise<{ readonly status: number }>,
): Promise<ReadonlyMap<number, number>> {
  const answered = await Promise.all(
    Array.from({ length: count }, async (_one, index) => {
      const [member, key] = [`member-${index}`, aKey()]
      let status = 503
      while (status === 503) ({ status } = await asks(member, key))
      return status
    }),
  )
  return new Map(
    [...Map.groupBy(answered, (status) => status)].map(([status, all]) => [status, all.length] as const),
  )
}
