import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { dropExpiredReceipts } from '../../../src/ledger/store/receipts/drop-receipts.ts'
import { aKey, ask } from '../../support/api.ts'
import { changeCatalog } from '../../support/change-catalog.ts'
import { stopTheClock } from '../../support/clock.ts'
import { recordedOf } from '../../support/ledger.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'
import { expectReplayed, numbersOf } from './a-meter.ts'
import { aTeam } from './a-team.ts'

stopTheClock()

const MONTH = 31 * 86_400_000

/** What is dropped in a month is gone, and no object remembers it. */
async function aMonthLater(users: readonly string[]): Promise<void> {
  await dropExpiredReceipts(env.DB, Date.now() + MONTH)
  for (const userId of users) await evictDurableObject(env.USERS.getByName(userId))
}

/** Everything that lies in D1 of a user, as text. */
async function rowsOf(userId: string): Promise<string> {
  const tables = ['entries', 'notes', 'receipts', 'entitlements', 'lots']
  const all = await env.DB.batch(
    tables.map((table) => env.DB.prepare(`SELECT * FROM ${table} WHERE user_id = ?`).bind(userId)),
  )
  return JSON.stringify(all.map(({ results }) => results))
}

describe('a consumption of one of several users', () => {
  it('is paid by the first who has enough, and says who that was', async () => {
    const team = await aTeam(3, 10, 10)
    const mine = await team.consume(3)
    expect(mine).toMatchObject({ status: 201, json: { userId: team.users[0], amount: 3 } })
    const ours = await team.consume(2)
    expect(ours).toMatchObject({ status: 201, json: { userId: team.users[1], amount: 2 } })
    expect(numbersOf(ours.json.balance)).toEqual([10, 2, 0, 8])
    expect(await team.used()).toEqual([3, 2, 0])
    // It is one whole: what one has and what another has is not put together.
    expectProblem(await team.consume(11), 409, 'insufficient_balance')
    expect(await team.used()).toEqual([3, 2, 0])
  })

  it('is answered as one of the payer is, and says nothing of the others', async () => {
    const team = await aTeam(1, 10)
    const [first, payer] = team.meters
    const { status, json, headers, text } = await team.consume(4)
    const alone = await payer?.consume(4)
    expect(status).toBe(201)
    expect(Object.keys(json)).toEqual(Object.keys(alone?.json))
    expect(headers.get('ETag')).toBe('"2"')
    expect(headers.get('Ledger-Head')).toMatch(/^2:/)
    expect(text).not.toContain(first?.userId)
    const reversed = await payer?.reverse({ status, json, headers, text })
    expect(reversed).toMatchObject({ status: 201, json: { userId: payer?.userId, reversed: 4 } })
    expect(await team.used()).toEqual([0, 4])
  })

  it('is refused as the last of them refuses it, with what that one has', async () => {
    const team = await aTeam(3, 4)
    const refused = await team.consume(5)
    expectProblem(refused, 409, 'insufficient_balance')
    expect(numbersOf(refused.json.balance)).toEqual([4, 0, 0, 4])
  })

  it('sent again is answered the same, also when the first has enough by then', async () => {
    const team = await aTeam(1, 10)
    const key = aKey()
    const paid = await team.consume(4, key)
    expect(paid.headers.get('Idempotent-Replayed')).toBeNull()
    await team.meters[0]?.grant(100)
    expectReplayed(await team.consume(4, key), paid)
    await aMonthLater(team.users)
    expectReplayed(await team.consume(4, key), paid)
    expect(await team.used()).toEqual([0, 4])
  })

  it('that all refused is decided anew a month later by the last alone', async () => {
    const team = await aTeam(1, 2, 3)
    const key = aKey()
    const refused = await team.consume(5, key)
    for (const meter of team.meters) await meter.grant(100)
    expectReplayed(await team.consume(5, key), refused)
    await aMonthLater(team.users)
    expect(await team.consume(5, key)).toMatchObject({ status: 201, json: { userId: team.users[2] } })
    expect(await team.used()).toEqual([0, 0, 5])
  })

  it('leaves with those before the payer that it was passed on, and nothing else', async () => {
    const team = await aTeam(1, 10)
    const [first = '', payer = ''] = team.users
    await team.consume(4, { 'Idempotency-Key': 'k' })
    expect(await recordedOf(first)).toMatchObject({
      seqs: [1],
      keys: [expect.any(String), 'api:k'],
    })
    const kept = await env.DB.prepare(
      `SELECT status, expires_at, packed FROM receipts WHERE user_id = ? AND key = 'api:k'`,
    )
      .bind(first)
      .first()
    expect(kept).toMatchObject({
      status: 409,
      expires_at: null,
      packed: '{}\n{"passedOn":"insufficient_balance"}',
    })
    // Of a person nothing stands in the ledger of another, where it could not be erased.
    expect(await rowsOf(payer)).not.toContain(first)
    expect(await rowsOf(first)).not.toContain(payer)
    for (const userId of team.users) expect(await verify(env.DB, userId)).toMatchObject({ intact: true })
  })
})

describe('a refusal of the catalog', () => {
  it('is answered at once, and nobody else is asked', async () => {
    const team = await aTeam(1, 10)
    const [first = '', second = ''] = team.users
    await changeCatalog('UPDATE features SET disabled_at = 1 WHERE key = ?', team.feature)
    const before = await recordedOf(second)
    expectProblem(await team.consume(4), 409, 'feature_disabled')
    const body = { anyOf: [first, second], feature: 'unheard-of', amount: 1 }
    expectProblem(await ask('POST', '/v4/consumptions', { body, headers: aKey() }), 422, 'feature_unknown')
    expect(await recordedOf(second)).toEqual(before)
  })

  it('leaves the key free, as any refusal does', async () => {
    const team = await aTeam(1, 10)
    const key = aKey()
    const body = { anyOf: team.users, feature: 'unheard-of', amount: 1 }
    expectProblem(await ask('POST', '/v4/consumptions', { body, headers: key }), 422, 'feature_unknown')
    expect(await team.consume(4, key)).toMatchObject({ status: 201, json: { userId: team.users[1] } })
  })
})

describe('a key', () => {
  it('stands for the whole list: another list, order, amount or operation of the first user is another request', async () => {
    const team = await aTeam(1, 10, 10)
    const [first = '', second = '', third = ''] = team.users
    const key = aKey()
    const paid = await team.consume(4, key, [first, second, third])
    for (const anyOf of [
      [first],
      [first, second],
      [first, third, second],
      [first, third],
      [first, second, third, aUser()],
    ]) {
      expectProblem(await team.consume(4, key, anyOf), 422, 'idempotency_key_reused')
    }
    expectProblem(await team.consume(3, key), 422, 'idempotency_key_reused')
    expectProblem((await team.meters[0]?.consume(1, key)) ?? paid, 422, 'idempotency_key_reused')
    expectReplayed(await team.consume(4, key), paid)
    expect(await team.used()).toEqual([0, 4, 0])
  })

  it('that the first user has spent under plainly is taken', async () => {
    const team = await aTeam(1, 10)
    const key = aKey()
    await team.meters[0]?.consume(1, key)
    expectProblem(await team.consume(4, key), 422, 'idempotency_key_reused')
    expect(await team.used()).toEqual([1, 0])
  })

  it('is the first user’s: to those behind it is no key of theirs, whatever they are called', async () => {
    const team = await aTeam(0, 100)
    const [, payer] = team.meters
    const key = aKey()
    expect((await payer?.consume(1, key))?.status).toBe(201)
    expect(await team.consume(2, key)).toMatchObject({ status: 201, json: { userId: payer?.userId } })
    // Names and keys that read alike when they are written one behind the other.
    const [a, b] = [aUser(), crypto.randomUUID()]
    const one = await team.consume(3, { 'Idempotency-Key': `b:${b}` }, [a, payer?.userId ?? ''])
    const other = await team.consume(3, { 'Idempotency-Key': b }, [`${a}:b`, payer?.userId ?? ''])
    expect([one.status, other.status]).toEqual([201, 201])
    expect(other.json.id).not.toBe(one.json.id)
    expect(await team.used()).toEqual([0, 9])
  })
})

describe('a list of users that is none', () => {
  const five = Array.from({ length: 5 }, () => aUser())

  it.each<[string, unknown, string, string]>([
    ['six users', [...five, aUser()], 'body.anyOf', 'must have at most 5'],
    ['none', [], 'body.anyOf', 'must have at least 1'],
    ['a user twice', [five[0], five[1], five[0]], 'body.anyOf.2', 'is named before'],
    ['a text', five[0], 'body.anyOf', 'must be a list, not a text'],
    ['no id', [five[0], 'two words'], 'body.anyOf.1', '1 to 200 visible ASCII characters'],
    ['nothing', undefined, 'body.anyOf', 'is missing'],
  ])('is refused in its place: %s', async (_what, anyOf, path, message) => {
    const answered = await ask('POST', '/v4/consumptions', {
      body: { anyOf, feature: 'x', amount: 1 },
      headers: aKey(),
    })
    expectProblem(answered, 400, 'malformed_request')
    expect(answered.json.errors).toContainEqual({ path, message })
  })

  it('needs a key, and takes no single user beside it', async () => {
    const body = { anyOf: five, feature: 'x', amount: 1 }
    expectProblem(await ask('POST', '/v4/consumptions', { body }), 400, 'idempotency_key_missing')
    const beside = await ask('POST', '/v4/consumptions', {
      body: { ...body, userId: five[0] },
      headers: aKey(),
    })
    expectProblem(beside, 400, 'malformed_request')
  })
})
