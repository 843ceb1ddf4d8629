import { aKnownPair } from '../../support/a-counting-isolate.ts'
import { aFeature, aKey, ask } from '../../support/api.ts'
import { aToken } from '../../support/token.ts'
import { aUser } from '../../support/user.ts'
import type { CountedPlace } from '../a-counted-place.ts'
import { type Amplification, often } from '../amplification.ts'
import { done } from '../operations/one-change.ts'

/** A user with a ledger of 250 entries. */
async function aLongHistory(place: CountedPlace): Promise<string> {
  const { of } = place
  const [userId, feature] = [aUser(), await aFeature('metered')]
  const post = async (what: string, body: object) =>
    done(await ask('POST', `/v4/users/${userId}/${what}`, { of, body, headers: aKey() }))
  await post('entitlements', { feature, amount: 1_000_000 })
  await Promise.all(Array.from({ length: 249 }, () => post('consumptions', { feature, amount: 1 })))
  await place.settle()
  return userId
}

/** An isolate that has seen the token before, and knows nobody. */
async function checking({ of }: CountedPlace, checks: readonly object[], consistency = 'cached') {
  await ask('GET', `/v4/users/${aUser()}/access/anything`, { of })
  return () => ask('POST', '/v4/checks', { of, body: { checks, consistency } })
}

export const OF_CALLERS: readonly Amplification[] = [
  {
    caller: 'a user’s own token',
    asks: '`GET …/ledger/verify` of 250 entries, a hundred times in a minute',
    // Forty are proved, in pages of a hundred entries; the others cost a look at the head.
    makes: { d1Calls: 260, rowsRead: 11_000, hashes: 10_080, lines: 100 },
    bound: '10,000 entries in a minute, one proof of a user at once, none of more than 10,000 entries',
    async arrange(place) {
      const userId = await aLongHistory(place)
      const own = { of: place.of, token: await aToken({ sub: userId, scope: '' }) }
      await ask('GET', `/v4/users/${userId}/access/anything`, own)
      return () => often(100, () => ask('GET', `/v4/users/${userId}/ledger/verify`, own))
    },
  },
  {
    caller: 'a user’s own token',
    asks: '`GET …/access/{feature}?consistency=strong`',
    makes: { objectCalls: 1 },
    bound: 'one call of their own object',
    async arrange({ of }) {
      const { userId, path } = await aKnownPair()
      const own = { of, token: await aToken({ sub: userId, scope: '' }) }
      await ask('GET', `${path}?consistency=strong`, own)
      return () => ask('GET', `${path}?consistency=strong`, own)
    },
  },
  {
    caller: '`access:check`',
    asks: '`POST /v4/checks`, one user a hundred times, strong',
    makes: { objectCalls: 1 },
    bound: 'one question a user',
    async arrange(place) {
      const { userId, feature, path } = await aKnownPair()
      await ask('GET', `${path}?consistency=strong`, { of: place.of })
      const checks = Array.from({ length: 100 }, () => ({ userId, feature }))
      return checking(place, checks, 'strong')
    },
  },
  {
    caller: '`access:check`',
    asks: '`POST /v4/checks`, a hundred users of whom nothing is recorded',
    makes: { kvReads: 100, d1Calls: 1, rowsRead: 200 },
    bound: 'one question for all of them; remembered for 5 s, in a memory of their own',
    arrange: (place) =>
      checking(
        place,
        Array.from({ length: 100 }, () => ({ userId: aUser(), feature: 'export' })),
      ),
  },
  {
    caller: '`access:check`',
    asks: '`POST /v4/checks`, a hundred users of whom something is recorded, strong',
    makes: { objectCalls: 100, d1Calls: 101, rowsRead: 1500 },
    bound: 'a hundred checks a request',
    bindings: { CHECK_TIMEOUT_MS: '10000' },
    async arrange(place) {
      const pair = await aKnownPair()
      const users = Array.from({ length: 100 }, () => aUser())
      const body = { feature: pair.feature }
      const granted = users.map((userId) =>
        ask('POST', `/v4/users/${userId}/entitlements`, { body, headers: aKey() }),
      )
      await Promise.all(granted)
      return checking(
        place,
        users.map((userId) => ({ userId, feature: pair.feature })),
        'strong',
      )
    },
  },
  {
    caller: 'an operator',
    asks: '`GET …/consumptions?totals=only` of a ledger of 250 entries',
    makes: { d1Calls: 1, rowsRead: 270, lines: 1 },
    bound: '5,000 entries a page; of a user’s own token 1,000, and 10,000 in a minute',
    async arrange(place) {
      const userId = await aLongHistory(place)
      return () => ask('GET', `/v4/users/${userId}/consumptions?totals=only`, { of: place.of })
    },
  },
  {
    caller: 'an operator',
    asks: '`GET …/ledger/verify` of 250 entries',
    makes: { d1Calls: 3, rowsRead: 271, hashes: 252, lines: 1 },
    bound: '50,000 entries a call; one proof of a user at once',
    async arrange(place) {
      const userId = await aLongHistory(place)
      return () => ask('GET', `/v4/users/${userId}/ledger/verify`, { of: place.of })
    },
  },
]
