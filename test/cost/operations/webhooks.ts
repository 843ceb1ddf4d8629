import { aShop } from '../../checkout/a-shop.ts'
import type { CountedPlace } from '../a-counted-place.ts'
import type { Operation } from '../operation.ts'

/** A shop that sells one product, whose webhooks the place receives. */
async function aSeller({ DB, USERS, meter }: CountedPlace) {
  const shop = aShop({ d1: DB, ledgers: (userId) => USERS.getByName(userId) })
  const product = `product-${shop.name}`
  await shop.map(product, `feature-${shop.name}`)
  const user = { customer: `c-${shop.name}`, user_id: `user-${shop.name}` }
  return {
    subscription: (version: number, startsAt: string, endsAt: string) => ({
      ...user,
      subscription_id: `sub-${shop.name}`,
      version,
      status: 'active',
      period: { starts_at: startsAt, ends_at: endsAt },
      items: [{ item_id: 'seat', product, quantity: 1 }],
    }),
    /** Delivers it to the receiver, which is what answers the Worker's request. */
    send: async (data: object, id: string = crypto.randomUUID()) => {
      meter.add('requests')
      await shop.send('subscription.changed', data, { id })
    },
  }
}

const [JANUARY, FEBRUARY, MARCH] = [
  '2030-01-01T00:00:00Z',
  '2030-02-01T00:00:00Z',
  '2030-03-01T00:00:00Z',
] as const

/** What an event asks for that changes what its user has. */
const ONE_EVENT = { requests: 1, objectCalls: 2, alarmsSet: 2, kvWrites: 1 }

export const WEBHOOKS: readonly Operation[] = [
  {
    name: 'webhook, new subscription of a new customer',
    work: 'webhook',
    // The inbox takes ten of the rows: the event with its five indexes, and one change of its state with three. The
    // name of its user takes two.
    counts: { ...ONE_EVENT, d1Calls: 6, objectD1Calls: 2, rowsWritten: 25 },
    rowsReadMax: 100,
    async arrange(place) {
      const { subscription, send } = await aSeller(place)
      return () => send(subscription(1, JANUARY, FEBRUARY))
    },
  },
  {
    name: 'webhook, renewal',
    work: 'webhook',
    // In time, it is no news to readers for a day, and so needs no put. Of the rows ten are the inbox, two the entry.
    counts: {
      ...ONE_EVENT,
      d1Calls: 2,
      objectD1Calls: 1,
      rowsWritten: 15,
      kvWrites: 0,
      objectCalls: 1,
      alarmsSet: 1,
      alarmsTakenBack: 1,
    },
    rowsReadMax: 100,
    async arrange(place) {
      const { subscription, send } = await aSeller(place)
      await send(subscription(1, JANUARY, FEBRUARY))
      await place.settle()
      return () => send(subscription(2, FEBRUARY, MARCH))
    },
  },
  {
    name: 'webhook, the same event again',
    work: 'webhook',
    counts: { requests: 1, d1Calls: 1, rowsWritten: 1 },
    rowsReadMax: 20,
    async arrange(place) {
      const { subscription, send } = await aSeller(place)
      await send(subscription(1, JANUARY, FEBRUARY), 'msg_1')
      await place.settle()
      return () => send(subscription(1, JANUARY, FEBRUARY), 'msg_1')
    },
  },
]
