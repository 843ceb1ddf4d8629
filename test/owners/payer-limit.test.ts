import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { isTooMuchOfOne } from '../../src/owners/payer-limit.ts'
import { idAt, withRows } from '../support/rows.ts'
import { aUser } from '../support/user.ts'

const OF = { provider: 'stripe', account: '' }
const LOT = '{"amount":2,"overage":"deny","period":null,"reset":null,"type":"metered"}'

/** A user to whom a customer has given 500 lots by one order, so much used of each. */
async function givenBy(customerId: string, used: number): Promise<string> {
  const [userId, sourceRef] = [aUser(), `order-${customerId}`]
  const places = Array.from({ length: 500 }, (_, place) => place)
  await withRows(
    userId,
    places.map((place) => ({ id: idAt(place), provider: 'stripe', sourceRef, allowance: LOT })),
  )
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO lots (user_id, entitlement_id, carried, used, forgiven, version)
       SELECT ?1, value, 0, ?2, 0, 1 FROM json_each(?3)`,
    ).bind(userId, used, JSON.stringify(places.map(idAt))),
    env.DB.prepare(
      'INSERT INTO refs (provider, account, id, user_id, source_ref, customer_id) VALUES (?1, ?2, ?3, ?4, ?3, ?5)',
    ).bind('stripe', '', sourceRef, userId, customerId),
  ])
  return userId
}

it('what a payer gives a user does not count against it once it is used up', async () => {
  const isTooMuch = async (used: number) => {
    const customerId = crypto.randomUUID()
    const userId = await givenBy(customerId, used)
    return isTooMuchOfOne(env.DB, OF, { customerId, userId, sourceId: 'another', lines: 1 }, Date.now())
  }
  expect([await isTooMuch(0), await isTooMuch(1), await isTooMuch(2)]).toEqual([true, true, false])
})
