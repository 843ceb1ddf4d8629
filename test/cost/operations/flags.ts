import { aKnownPair } from '../../support/a-counting-isolate.ts'
import { FRESHNESS } from '../../support/a-reader.ts'
import { ask } from '../../support/api.ts'
import { pass } from '../../support/clock.ts'
import { aUser } from '../../support/user.ts'
import type { CountedPlace } from '../a-counted-place.ts'
import type { Operation } from '../operation.ts'

/** Asks for all flags of a user, and makes sure that they came from where they were meant to; answers their tag. */
async function allFlags({ of }: CountedPlace, userId: string, source: string, tag = ''): Promise<string> {
  const body = { context: { targetingKey: userId } }
  const { headers } = await ask('POST', '/ofrep/v1/evaluate/flags', {
    of,
    body,
    headers: tag === '' ? {} : { 'If-None-Match': tag },
  })
  const timing = headers.get('Server-Timing') ?? ''
  if (!timing.startsWith(`${source};`)) throw new Error(`Not from ${source}: ${timing}`)
  return headers.get('ETag') ?? ''
}

/** They say no of whatever is not there, and so they are as fresh as a "no". */
export const FLAGS: readonly Operation[] = [
  {
    name: 'all flags of a user, of a copy that may say "no"',
    work: 'check',
    counts: { requests: 1 },
    async arrange(place) {
      const { userId } = await aKnownPair()
      await allFlags(place, userId, 'kv')
      return () => allFlags(place, userId, 'memory')
    },
  },
  {
    name: 'all flags of a user, asked for again past that, answered 304',
    work: 'check',
    counts: { requests: 1, objectCalls: 1, d1Calls: 1, objectD1Calls: 1 },
    rowsReadMax: 20,
    async arrange(place) {
      const { userId } = await aKnownPair()
      await ask('GET', `/v4/users/${aUser()}/access/anything`, { of: place.of })
      const tag = await allFlags(place, userId, 'kv')
      pass(FRESHNESS.denyMaxAgeMs)
      return () => allFlags(place, userId, 'ledger', tag)
    },
  },
]
