import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { answerOf } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'
import { commit, consume, credits, release, reserve, reverse, withCredits } from './submitting.ts'

beforeAll(withCredits)

/** A user of whom every table of usage has something, by eleven entries. */
async function aHistory(): Promise<string> {
  const userId = aUser()
  const object = env.USERS.getByName(userId)
  for (const submission of [
    credits('first', 10, { priority: 1 }), // 1
    credits('second', 10), // 2
    consume(3), // 3
    reserve(2, 3_600_000), // 4: open
    reserve(2, 3_600_000), // 5
    commit(5, 1), // 6
    reserve(2, 3_600_000), // 7
    release(7), // 8
    reverse(3, 1), // 9
    reverse(6, null), // 10: the last to touch the first lot
    reserve(9, 3_600_000), // 11: the last to touch the second
  ]) {
    const { status, body } = answerOf(await object.submit(submission))
    if (status >= 300) throw new Error(`Refused: ${body}`)
  }
  return userId
}

function sql(text: string, ...values: unknown[]) {
  return env.DB.prepare(text).bind(...values)
}

describe('verify', () => {
  it('finds a history of usage intact, and tells its head', async () => {
    const userId = await aHistory()
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true, version: 11 })
  })

  it('finds hundreds of changes intact, whatever the order in which they were gathered', async () => {
    const userId = await aHistory()
    const object = env.USERS.getByName(userId)
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        object.submit(
          [consume(1), reserve(1), reverse(3, 1), release(4), commit(11, 2)][index % 5] ?? consume(1),
        ),
      ),
    )
    expect(answers.filter((submitted) => answerOf(submitted).status < 300).length).toBeGreaterThan(10)
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true })
  })

  // prettier-ignore
  it.each<[string, number]>([
    [`UPDATE lots SET used = used + 1 WHERE user_id = ?1 AND entitlement_id = 'ent_second'`, 11],
    [`UPDATE lots SET carried = 1 WHERE user_id = ?1 AND entitlement_id = 'ent_second'`, 11],
    [`UPDATE lots SET forgiven = 1 WHERE user_id = ?1 AND entitlement_id = 'ent_second'`, 11],
    [`UPDATE lots SET period = 1 WHERE user_id = ?1 AND entitlement_id = 'ent_second'`, 11],
    [`UPDATE lots SET version = 3 WHERE user_id = ?1 AND entitlement_id = 'ent_second'`, 11],
    [`DELETE FROM lots WHERE user_id = ?1 AND entitlement_id = 'ent_second'`, 11],
    [`INSERT INTO lots VALUES (?1, 'ent_other', NULL, NULL, 0, 1, 0, 6, '[]')`, 6],
    [`UPDATE reservations SET amount = 1 WHERE user_id = ?1 AND seq = 4`, 4],
    [`UPDATE reservations SET ends_at = ends_at + 1 WHERE user_id = ?1 AND seq = 4`, 4],
    [`UPDATE reservations SET feature = 'other' WHERE user_id = ?1 AND seq = 4`, 4],
    [`UPDATE reservations SET overage = 1 WHERE user_id = ?1 AND seq = 4`, 4],
    [`UPDATE reservations SET takes = json_set(takes, '$[0].amount', 1) WHERE user_id = ?1 AND seq = 4`, 4],
    [`UPDATE reservations SET takes = json_set(takes, '$[0].entitlementId', 'ent_second') WHERE user_id = ?1 AND seq = 4`, 4],
    [`UPDATE reservations SET seq = 9 WHERE user_id = ?1 AND seq = 4`, 4],
    [`DELETE FROM reservations WHERE user_id = ?1 AND seq = 11`, 11],
    [`INSERT INTO reservations SELECT user_id, 7, feature, amount, takes, overage, ends_at, more FROM reservations WHERE user_id = ?1 AND seq = 4`, 7],
    [`UPDATE resolutions SET amount = 2 WHERE user_id = ?1 AND seq = 5`, 6],
    [`UPDATE resolutions SET how = 'committed' WHERE user_id = ?1 AND seq = 7`, 8],
    [`UPDATE resolutions SET amount = 0 WHERE user_id = ?1 AND seq = 3`, 9],
    [`UPDATE resolutions SET version = 4 WHERE user_id = ?1 AND seq = 6`, 10],
    [`DELETE FROM resolutions WHERE user_id = ?1 AND seq = 7`, 8],
    [`INSERT INTO resolutions VALUES (?1, 4, 9, 'released', 0, NULL)`, 9],
  ])('names the entry behind what was changed: %s', async (change, seq) => {
    const userId = await aHistory()
    const { meta } = await sql(change, userId).run()
    expect(meta.changes).toBe(1)
    expect(await verify(env.DB, userId)).toEqual({ intact: false, firstWrong: { seq, kind: 'projection' } })
  })

  it.each([
    `INSERT INTO lots VALUES (?1, 'ent_other', NULL, NULL, 0, 1, 0, 12, '[]')`,
    `INSERT INTO reservations VALUES (?1, 12, 'credits', 1, '[]', 0, 1, NULL)`,
    `INSERT INTO resolutions VALUES (?1, 3, 12, 'reversed', 2, NULL) ON CONFLICT DO UPDATE SET version = 12`,
  ])('names the entry that is missing where something claims to come from it: %s', async (change) => {
    const userId = await aHistory()
    await sql(change, userId).run()
    expect(await verify(env.DB, userId)).toEqual({ intact: false, firstWrong: { seq: 12, kind: 'missing' } })
  })
})
