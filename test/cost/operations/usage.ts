import { type Answered, aFeature, aKey, ask } from '../../support/api.ts'
import { changeCatalog } from '../../support/change-catalog.ts'
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

/** Somebody who has something, and who has not used a feature of which everybody has some. */
async function aFirstUser(place: CountedPlace) {
  const { userId, post } = await aConsumer(place)
  const [feature, product] = [await aFeature('metered'), `free-${crypto.randomUUID()}`]
  const features = [{ feature, amount: 10, reset: { every: 'month' } }]
  await ask('PUT', `/v4/products/${product}`, { body: { name: 'Free', features } })
  const everyone = JSON.stringify({ percent: 100, seed: product })
  await changeCatalog('UPDATE products SET everyone = ?1 WHERE id = ?2', everyone, product)
  // The object decides by the newest catalog from its next change on.
  await post('entitlements', { feature: await aFeature() })
  await place.settle()
  return { userId, feature, post }
}

/** A team with seats, of which one is leased, and how something is asked of it. */
async function aLeaseholder(place: CountedPlace) {
  const [userId, feature] = [aUser(), await aFeature('metered', { held: true })]
  const { of } = place
  const path = `/v4/users/${userId}`
  const post = async (what: string, body: object): Promise<Answered> =>
    done(await ask('POST', `${path}/${what}`, { of, body, headers: aKey() }))
  await post('entitlements', { feature, amount: 1_000_000 })
  const { json } = await post('reservations', { feature, holder: 'tv', ttlSeconds: 600 })
  await place.settle()
  let ttlSeconds = 600
  const renew = async (): Promise<Answered> => {
    // The clock stands still: each beat says a little more, as it would if time went by.
    ttlSeconds += 1
    return done(await ask('PATCH', `${path}/reservations/${json.id}`, { of, body: { ttlSeconds } }))
  }
  return { feature, post, renew }
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
    name: 'consumption, the first in a period of what everybody has',
    work: 'change',
    // Besides: the right that enters the ledger, with its indexes.
    counts: { ...ONE_CHANGE, rowsWritten: 6 },
    rowsReadMax: 25,
    async arrange(place) {
      const { feature, post } = await aFirstUser(place)
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
  {
    name: 'consumption of a held feature, with a holder',
    work: 'change',
    // The entry, the receipt, what is held, and the note that says by whom.
    counts: { ...ONE_CHANGE, rowsWritten: 4 },
    rowsReadMax: 20,
    async arrange(place) {
      const { feature, post } = await aLeaseholder(place)
      return () => post('consumptions', { feature, holder: 'ann' })
    },
  },
  {
    name: 'renewal of a lease',
    work: 'change',
    // Its end alone: no entry, no receipt, no mark before the batch, and nothing to publish after it.
    counts: { requests: 1, objectCalls: 1, d1Calls: 1, objectD1Calls: 1, rowsWritten: 1 },
    rowsReadMax: 10,
    async arrange(place) {
      const { renew } = await aLeaseholder(place)
      return renew
    },
  },
]
