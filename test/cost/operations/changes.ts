import { aFeature, aKey, ask, pathOf } from '../../support/api.ts'
import { aUser } from '../../support/user.ts'
import type { CountedPlace } from '../a-counted-place.ts'
import type { Operation } from '../operation.ts'
import { ONE_CHANGE, done } from './one-change.ts'

/** A feature, and a user who has been granted it once. */
async function aCustomer(place: CountedPlace) {
  const [userId, feature] = [aUser(), await aFeature()]
  const granted = await grantAt(place, userId, { feature, sourceRef: 'order-1' })
  await place.settle()
  return { userId, feature, path: pathOf(granted) }
}

async function grantAt({ of }: CountedPlace, userId: string, body: object, headers = aKey()) {
  return done(await ask('POST', `/v4/users/${userId}/entitlements`, { of, body, headers }))
}

export const CHANGES: readonly Operation[] = [
  {
    name: 'grant, object that remembers',
    work: 'change',
    // The entry, its note, the receipt, the entitlement and its two indexes.
    counts: { ...ONE_CHANGE, rowsWritten: 6 },
    rowsReadMax: 20,
    async arrange(place) {
      const { userId, feature } = await aCustomer(place)
      return () => grantAt(place, userId, { feature, sourceRef: 'order-2' })
    },
  },
  {
    name: 'grant, object that starts',
    work: 'change',
    // It loads its user, and then is like the other.
    counts: { ...ONE_CHANGE, d1Calls: 2, objectD1Calls: 2, rowsWritten: 6 },
    rowsReadMax: 40,
    async arrange(place) {
      const { userId, feature } = await aCustomer(place)
      place.evict(userId)
      return () => grantAt(place, userId, { feature, sourceRef: 'order-2' })
    },
  },
  {
    name: 'grant, one of ten at once for a user',
    work: 'change',
    atOnce: 10,
    // All in one batch, and in one put: what each writes itself is all that comes to more.
    counts: { ...ONE_CHANGE, requests: 10, objectCalls: 11, rowsWritten: 60 },
    rowsReadMax: 200,
    async arrange(place) {
      const { userId, feature } = await aCustomer(place)
      place.gather(10)
      const refs = Array.from({ length: 10 }, (_, index) => `bundle-${index}`)
      return () => Promise.all(refs.map((sourceRef) => grantAt(place, userId, { feature, sourceRef })))
    },
  },
  {
    name: 'grant, sent again with its key',
    work: 'change',
    counts: { requests: 1, objectCalls: 1 },
    async arrange(place) {
      const { userId, feature } = await aCustomer(place)
      const headers = aKey()
      const send = () => grantAt(place, userId, { feature, sourceRef: 'order-2' }, headers)
      await send()
      return send
    },
  },
  {
    name: 'update',
    work: 'change',
    // The entry, its note, the entitlement: what its indexes are made of never changes.
    counts: { ...ONE_CHANGE, rowsWritten: 3 },
    rowsReadMax: 20,
    async arrange(place) {
      const { path } = await aCustomer(place)
      const body = { endsAt: '2031-01-01T00:00:00.000Z' }
      return async () => done(await ask('PATCH', path, { of: place.of, body }))
    },
  },
  {
    name: 'revoke',
    work: 'change',
    counts: { ...ONE_CHANGE, rowsWritten: 3 },
    rowsReadMax: 20,
    async arrange(place) {
      const { path } = await aCustomer(place)
      return async () => done(await ask('DELETE', path, { of: place.of }))
    },
  },
]
