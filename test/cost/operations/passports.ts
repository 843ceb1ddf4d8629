import { aKnownPair } from '../../support/a-counting-isolate.ts'
import { SECOND } from '../../support/a-reader.ts'
import { ask } from '../../support/api.ts'
import { pass } from '../../support/clock.ts'
import { aUser } from '../../support/user.ts'
import type { CountedPlace } from '../a-counted-place.ts'
import type { Operation } from '../operation.ts'

/** Has a passport signed, and makes sure that it was made of what it was meant to be. */
async function signed({ of }: CountedPlace, userId: string, source: string): Promise<void> {
  const { json } = await ask('POST', `/v4/users/${userId}/passports`, { of, body: { audience: 'app' } })
  if (json.source !== source) throw new Error(`Not from ${source}: ${JSON.stringify(json)}`)
}

/** Lets so much time pass after a passport, and prepares the next one, once memory asks KV anew. */
async function aSecondOne(place: CountedPlace, afterMs: number) {
  const { userId } = await aKnownPair()
  await signed(place, userId, 'kv')
  pass(afterMs)
  await ask('GET', `/v4/users/${aUser()}/access/anything`, { of: place.of })
  return async () => {
    await signed(place, userId, 'ledger')
    await place.called()
  }
}

/** Nothing of them is recorded, wherever what they say comes from. */
export const PASSPORTS: readonly Operation[] = [
  {
    name: 'passport, of memory',
    work: 'passport',
    isOverRpcToo: true,
    counts: { requests: 1 },
    async arrange(place) {
      const { userId, path } = await aKnownPair()
      await ask('GET', path, { of: place.of })
      return () => signed(place, userId, 'memory')
    },
  },
  {
    name: 'passport, of KV',
    work: 'passport',
    isOverRpcToo: true,
    counts: { requests: 1, kvReads: 1 },
    async arrange(place) {
      const { userId } = await aKnownPair()
      await ask('GET', `/v4/users/${aUser()}/access/anything`, { of: place.of })
      return () => signed(place, userId, 'kv')
    },
  },
  {
    name: 'passport, of the object: the copy is older than a minute',
    work: 'passport',
    isOverRpcToo: true,
    // It looks whether a product was changed since it was last asked.
    counts: { requests: 1, objectCalls: 1, d1Calls: 1, objectD1Calls: 1 },
    rowsReadMax: 20,
    async arrange(place) {
      const { userId, path } = await aKnownPair()
      await ask('GET', `${path}?consistency=strong`, { of: place.of })
      await ask('GET', path, { of: place.of })
      pass(61 * SECOND)
      // Memory asks KV anew after half a minute: what it hears there is as old.
      await ask('GET', path, { of: place.of })
      return () => signed(place, userId, 'ledger')
    },
  },
  {
    name: 'passport, of the object: the next one, ten minutes after the one before',
    work: 'passport',
    isOverRpcToo: true,
    counts: { requests: 1, kvReads: 1, objectCalls: 1, d1Calls: 1, objectD1Calls: 1 },
    rowsReadMax: 20,
    arrange: (place) => aSecondOne(place, 600 * SECOND),
  },
  {
    name: 'passport, of the object: the next one, sooner than that, publishes a copy',
    work: 'passport',
    isOverRpcToo: true,
    // As any question does that finds a copy past half its bound.
    counts: { requests: 1, kvReads: 1, objectCalls: 1, kvWrites: 1, d1Calls: 1, objectD1Calls: 1 },
    rowsReadMax: 20,
    arrange: (place) => aSecondOne(place, 540 * SECOND),
  },
]
