import { type Answered, aFeature, aKey, ask } from '../../support/api.ts'
import { aUser } from '../../support/user.ts'
import type { CountedPlace } from '../a-counted-place.ts'
import type { Operation } from '../operation.ts'

/** A user with a lot that nothing exhausts, and how something is asked of it. */
async function aConsumer(place: CountedPlace) {
  const [userId, feature] = [aUser(), await aFeature('metered')]
  const post = async (what: string, body: object): Promise<Answered> => {
    const { of } = place
    const answered = await ask('POST', `/v4/users/${userId}/${what}`, { of, body, headers: aKey() })
    if (answered.status >= 300) throw new Error(`Refused: ${answered.text}`)
    return answered
  }
  await post('entitlements', { feature, amount: 1_000_000 })
  await post('consumptions', { feature, amount: 1 })
  await place.settle()
  return { userId, feature, post }
}

/** One batch, and a put that waits for ten seconds to be over: whoever comes meanwhile shares it. */
const ONE_CONSUMPTION = {
  requests: 1,
  // The second is the alarm, which sees to the put.
  objectCalls: 2,
  d1Calls: 1,
  objectD1Calls: 1,
  alarmsSet: 2,
  kvWrites: 1,
}

export const USAGE: readonly Operation[] = [
  {
    name: 'consumption, the only one in ten seconds',
    work: 'change',
    // The entry, the receipt, the lot.
    counts: { ...ONE_CONSUMPTION, rowsWritten: 3 },
    rowsReadMax: 20,
    async arrange(place) {
      const { feature, post } = await aConsumer(place)
      return () => post('consumptions', { feature, amount: 1 })
    },
  },
  {
    name: 'consumption, one of ten at once for a user',
    work: 'change',
    atOnce: 10,
    // An entry and a receipt each, and one lot.
    counts: { ...ONE_CONSUMPTION, requests: 10, objectCalls: 11, rowsWritten: 21 },
    rowsReadMax: 200,
    async arrange(place) {
      const { feature, post } = await aConsumer(place)
      place.gather(10)
      return () => Promise.all(Array.from({ length: 10 }, () => post('consumptions', { feature, amount: 1 })))
    },
  },
]
