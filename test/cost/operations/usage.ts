import { type Answered, aFeature, aKey, ask } from '../../support/api.ts'
import { aUser } from '../../support/user.ts'
import type { CountedPlace } from '../a-counted-place.ts'
import type { Operation } from '../operation.ts'
import { ONE_CHANGE, done } from './one-change.ts'

/** A user with a lot that nothing exhausts, and how something is asked of it. */
async function aConsumer(place: CountedPlace) {
  const [userId, feature] = [aUser(), await aFeature('metered')]
  const post = async (what: string, body: object): Promise<Answered> => {
    const { of } = place
    return done(await ask('POST', `/v4/users/${userId}/${what}`, { of, body, headers: aKey() }))
  }
  await post('entitlements', { feature, amount: 1_000_000 })
  await post('consumptions', { feature, amount: 1 })
  await place.settle()
  return { userId, feature, post }
}

export const USAGE: readonly Operation[] = [
  {
    name: 'consumption, the only one in ten seconds',
    work: 'change',
    // The entry, the receipt, the lot. The put waits until ten seconds are over: who comes meanwhile shares it.
    counts: { ...ONE_CHANGE, rowsWritten: 3 },
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
    counts: { ...ONE_CHANGE, requests: 10, objectCalls: 11, rowsWritten: 21 },
    rowsReadMax: 200,
    async arrange(place) {
      const { feature, post } = await aConsumer(place)
      place.gather(10)
      return () => Promise.all(Array.from({ length: 10 }, () => post('consumptions', { feature, amount: 1 })))
    },
  },
]
