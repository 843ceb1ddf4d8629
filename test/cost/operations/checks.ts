import { env } from 'cloudflare:workers'
import { snapshotKey } from '../../../src/ledger/stored-snapshot.ts'
import { aCreation } from '../../domain/samples.ts'
import { aKnownPair } from '../../support/a-counting-isolate.ts'
import { FRESHNESS, SECOND } from '../../support/a-reader.ts'
import { type Answered, aFeature, ask, grant } from '../../support/api.ts'
import { pass } from '../../support/clock.ts'
import { everybodysProduct } from '../../support/everybodys-product.ts'
import { aKnownUser, aSubmission, untilPublished } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'
import type { CountedPlace } from '../a-counted-place.ts'
import type { Operation } from '../operation.ts'

/** Asks for access, and makes sure that the answer came from where it was meant to. */
async function check({ of }: CountedPlace, path: string, source: string): Promise<void> {
  const { json } = await ask('GET', path, { of })
  if (json.source !== source) throw new Error(`Not from ${source}: ${JSON.stringify(json)}`)
}

/** An isolate that has seen the token before. */
async function knowingTheToken({ of }: CountedPlace): Promise<void> {
  await ask('GET', `/v4/users/${aUser()}/access/anything`, { of })
}

async function checkAll({ of }: CountedPlace, pairs: readonly object[]): Promise<Answered> {
  return ask('POST', '/v4/checks', { of, body: { checks: pairs } })
}

const ofOneUser = async () => {
  const { userId, feature } = await aKnownPair()
  return Array.from({ length: 100 }, () => ({ userId, feature }))
}

export const CHECKS: readonly Operation[] = [
  {
    name: 'check, answered by memory',
    work: 'check',
    isOverRpcToo: true,
    counts: { requests: 1 },
    async arrange(place) {
      const { path } = await aKnownPair()
      await ask('GET', path, { of: place.of })
      return () => check(place, path, 'memory')
    },
  },
  {
    name: 'check, answered by KV',
    work: 'check',
    isOverRpcToo: true,
    counts: { requests: 1, kvReads: 1 },
    async arrange(place) {
      const { path } = await aKnownPair()
      await knowingTheToken(place)
      return () => check(place, path, 'kv')
    },
  },
  {
    name: 'check, answered by KV, and the catalog asked for again: at most once in 10 s an isolate',
    work: 'check',
    isOverRpcToo: true,
    counts: { requests: 1, kvReads: 2 },
    async arrange(place) {
      const { path } = await aKnownPair()
      await knowingTheToken(place)
      pass(10 * SECOND)
      return () => check(place, path, 'kv')
    },
  },
  {
    name: 'check of what everybody has, a boolean',
    work: 'check',
    isOverRpcToo: true,
    counts: { requests: 1 },
    async arrange(place) {
      const { keys } = await everybodysProduct([{ type: 'boolean' }])
      await knowingTheToken(place)
      return () => check(place, `/v4/users/${aUser()}/access/${keys[0]}`, 'memory')
    },
  },
  {
    name: 'check, no copy in KV, the first within ten minutes',
    work: 'check',
    isOverRpcToo: true,
    counts: { requests: 1, kvReads: 1, objectCalls: 1, d1Calls: 1, objectD1Calls: 1 },
    rowsReadMax: 20,
    async arrange(place) {
      const { userId, path } = await aKnownPair()
      await env.KV.delete(snapshotKey(1, userId))
      await knowingTheToken(place)
      return () => check(place, path, 'ledger')
    },
  },
  {
    name: 'check, no copy in KV, asked for again: publishes one',
    work: 'check',
    isOverRpcToo: true,
    // By the isolate's own copy, which is past half its bound; the object looks whether a product was changed since.
    counts: { requests: 1, kvReads: 1, objectCalls: 1, kvWrites: 1, d1Calls: 1, objectD1Calls: 1 },
    async arrange(place) {
      const { userId, path } = await aKnownPair()
      await env.KV.delete(snapshotKey(1, userId))
      await check(place, path, 'ledger')
      pass(FRESHNESS.allowMaxAgeMs / 2)
      await knowingTheToken(place)
      return async () => {
        await check(place, path, 'memory')
        await place.called()
      }
    },
  },
  {
    name: 'check of a value with `VALUE_MAX_AGE_SECONDS` at 5, past them',
    work: 'check',
    isOverRpcToo: true,
    bindings: { VALUE_MAX_AGE_SECONDS: '5' },
    counts: { requests: 1, objectCalls: 1 },
    async arrange(place) {
      const [userId, feature] = [aUser(), await aFeature('config')]
      await grant(userId, { feature, value: { seats: 5 } })
      const path = `/v4/users/${userId}/access/${feature}`
      await untilPublished(userId)
      // Then the object remembers the user, and so does the isolate.
      await check(place, `${path}?consistency=strong`, 'ledger')
      await ask('GET', path, { of: place.of })
      pass(5 * SECOND)
      return () => check(place, path, 'ledger')
    },
  },
  {
    name: 'check, "no" in KV and asked again at the object',
    work: 'check',
    isOverRpcToo: true,
    counts: { requests: 1, kvReads: 1, objectCalls: 1, d1Calls: 1, objectD1Calls: 1 },
    rowsReadMax: 20,
    async arrange(place) {
      const { path } = await aKnownPair()
      await knowingTheToken(place)
      pass(FRESHNESS.denyMaxAgeMs)
      return () => check(place, `${path}-not`, 'ledger')
    },
  },
  {
    name: 'strong check, object that remembers',
    work: 'check',
    isOverRpcToo: true,
    counts: { requests: 1, objectCalls: 1 },
    async arrange(place) {
      const { path } = await aKnownPair()
      await check(place, `${path}?consistency=strong`, 'ledger')
      return () => check(place, `${path}?consistency=strong`, 'ledger')
    },
  },
  {
    name: 'strong check, object that starts',
    work: 'check',
    isOverRpcToo: true,
    counts: { requests: 1, objectCalls: 1, d1Calls: 1, objectD1Calls: 1 },
    rowsReadMax: 20,
    async arrange(place) {
      const { path } = await aKnownPair()
      await knowingTheToken(place)
      return () => check(place, `${path}?consistency=strong`, 'ledger')
    },
  },
  {
    name: 'batch of 100 checks of one user, answered by memory',
    work: 'hundred checks',
    isOverRpcToo: true,
    counts: { requests: 1 },
    async arrange(place) {
      const pairs = await ofOneUser()
      await checkAll(place, pairs)
      return () => checkAll(place, pairs)
    },
  },
  {
    name: 'batch of 100 checks of one user, answered by KV',
    work: 'hundred checks',
    isOverRpcToo: true,
    counts: { requests: 1, kvReads: 1 },
    async arrange(place) {
      const pairs = await ofOneUser()
      await knowingTheToken(place)
      return () => checkAll(place, pairs)
    },
  },
  {
    name: 'batch of 100 checks of 100 users, answered by KV',
    work: 'hundred checks',
    isOverRpcToo: true,
    counts: { requests: 1, kvReads: 100 },
    async arrange(place) {
      const feature = await aFeature()
      const granted = () => aSubmission(aCreation({ feature, entitlementId: `ent_${'1'.repeat(32)}` }))
      const users = await Promise.all(Array.from({ length: 100 }, () => aKnownUser(granted())))
      const pairs = users.map((userId) => ({ userId, feature }))
      await knowingTheToken(place)
      return () => checkAll(place, pairs)
    },
  },
]
