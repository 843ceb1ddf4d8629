import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { entryHash } from '../../../../src/ledger/store/chain.ts'
import type { LedgerHead } from '../../../../src/ledger/submission.ts'
import { type Verdict, type WrongKind, verify } from '../../../../src/ledger/store/proof/verify.ts'
import { countedD1 } from '../../../cost/counted-d1.ts'
import { Meter } from '../../../cost/counts.ts'
import { aGrant, aSubmission, withExportFeature } from '../../../support/ledger.ts'
import { aUser } from '../../../support/user.ts'

beforeAll(withExportFeature)

// Somebody who may write to the database may drop the triggers, too.
beforeEach(async () => {
  await env.DB.batch(
    ['updated', 'deleted'].map((what) => env.DB.prepare(`DROP TRIGGER IF EXISTS entries_are_never_${what}`)),
  )
  await env.DB.prepare('DROP TRIGGER IF EXISTS entries_follow_one_another').run()
})

/** A user with five entries: two grants, a change of terms, a suspension, a revocation. */
async function aHistory(): Promise<string> {
  const userId = aUser()
  const object = env.USERS.getByName(userId)
  const command = { entitlementId: 'ent_order-1' }
  await object.submit(aGrant('order-1'))
  await object.submit(aGrant('order-2'))
  await object.submit(
    aSubmission({
      type: 'update_entitlement',
      ...command,
      changes: { trial: true, metadata: { plan: 'pro' } },
    }),
  )
  await object.submit(aSubmission({ type: 'suspend_entitlement', ...command }))
  await object.submit(aSubmission({ type: 'revoke_entitlement', ...command }))
  return userId
}

async function headAt(userId: string, version: number): Promise<LedgerHead> {
  const row = await sql('SELECT hash FROM entries WHERE user_id = ? AND seq = ?', userId, version).first()
  return { version, hash: String(row?.['hash']) }
}

function wrong(seq: number, kind: WrongKind): Verdict {
  return { intact: false, firstWrong: { seq, kind } }
}

function sql(text: string, ...values: unknown[]) {
  return env.DB.prepare(text).bind(...values)
}

describe('verify', () => {
  it('finds an untouched history intact, and tells its head', async () => {
    const userId = await aHistory()
    const head = await sql(
      'SELECT seq, hash FROM entries WHERE user_id = ? ORDER BY seq DESC',
      userId,
    ).first()
    expect(await verify(env.DB, userId)).toEqual({
      intact: true,
      version: head?.['seq'],
      hash: head?.['hash'],
    })
  })

  it('finds the same in pages of any size, of which each is a question of its own', async () => {
    const userId = await aHistory()
    const whole = await verify(env.DB, userId)
    for (const [pageSize, pages] of [
      [1, 5],
      [2, 3],
      [5, 1],
    ] as const) {
      const meter = new Meter()
      const d1 = countedD1(env.DB, { meter, isOfObject: false })
      expect(await verify(d1, userId, null, pageSize)).toEqual(whole)
      expect(meter.counts.d1Calls).toBe(1 + pages)
    }
  })

  it('tells a chain that was written anew, or cut off, from the head that was seen before', async () => {
    const userId = await aHistory()
    const { hash } = await headAt(userId, 3)
    expect(await verify(env.DB, userId, { version: 3, hash })).toMatchObject({ intact: true, version: 5 })
    const other = 'f'.repeat(64)
    expect(await verify(env.DB, userId, { version: 3, hash: other })).toEqual(wrong(3, 'head'))
    expect(await verify(env.DB, userId, { version: 0, hash: other })).toEqual(wrong(1, 'head'))
    expect(await verify(env.DB, userId, { version: 6, hash })).toEqual(wrong(6, 'missing'))

    const newest = await headAt(userId, 5)
    await sql('DELETE FROM entries WHERE user_id = ? AND seq = 5', userId).run()
    await sql(
      `UPDATE entitlements SET version = 4, revoked_at = NULL WHERE version = 5 AND user_id = ?`,
      userId,
    ).run()
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true, version: 4 })
    expect(await verify(env.DB, userId, newest)).toEqual(wrong(5, 'missing'))
  })

  it('finds an erased note no fault', async () => {
    const userId = await aHistory()
    await sql('DELETE FROM notes WHERE user_id = ?', userId).run()
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true, version: 5 })
  })

  it.each<[string, string, number, WrongKind]>([
    [
      'a byte of an entry',
      `UPDATE entries SET bytes = replace(bytes, 'order-2', 'order-3') WHERE user_id = ? AND seq = 2`,
      2,
      'hash',
    ],
    [
      'white space in an entry',
      `UPDATE entries SET bytes = bytes || ' ' WHERE user_id = ? AND seq = 3`,
      3,
      'hash',
    ],
    [
      'a hash',
      `UPDATE entries SET hash = replace(hash, substr(hash, 1, 1), CASE substr(hash, 1, 1) WHEN 'a' THEN 'b' ELSE 'a' END) WHERE user_id = ? AND seq = 4`,
      4,
      'hash',
    ],
    ['a row that is gone', `DELETE FROM entries WHERE user_id = ? AND seq = 3`, 3, 'missing'],
    ['a tail that is gone', `DELETE FROM entries WHERE user_id = ? AND seq >= 4`, 4, 'missing'],
    ['a history that is gone', `DELETE FROM entries WHERE user_id = ?`, 1, 'missing'],
    ['a place that was changed', `UPDATE entries SET seq = 9 WHERE user_id = ? AND seq = 5`, 5, 'missing'],
    [
      'a note',
      `UPDATE notes SET json = replace(json, 'pro', 'max') WHERE user_id = ? AND seq = 3`,
      3,
      'note',
    ],
    ['a salt', `UPDATE notes SET salt = upper(salt) || '0' WHERE user_id = ? AND seq = 1`, 1, 'note'],
    ['a note that is not JSON', `UPDATE notes SET json = '{' WHERE user_id = ? AND seq = 3`, 3, 'note'],
    [
      'an entitlement that is gone',
      `DELETE FROM entitlements WHERE user_id = ? AND id = 'ent_order-2'`,
      2,
      'projection',
    ],
  ])('names %s', async (_name, change, seq, kind) => {
    const userId = await aHistory()
    await sql(change, userId).run()
    expect(await verify(env.DB, userId)).toEqual({ intact: false, firstWrong: { seq, kind } })
  })

  it.each([
    `feature = 'seats'`,
    `provider = 'stripe'`,
    `source_ref = 'order-9'`,
    `product = 'pro'`,
    `allowance = '{"type":"config","value":9}'`,
    `starts_at = 1`,
    `ends_at = 9999999999999`,
    `ends_at = 2, grace_ends_at = 9999999999999`,
    `trial = 1 - trial`,
    `priority = 9`,
    `created_at = 1`,
    `suspended_at = 1`,
    `revoked_at = 1`,
    `metadata_seq = 1`,
    `version = 1`,
    `id = 'ent_other'`,
  ])('names an entitlement whose projection says %s', async (change) => {
    const userId = await aHistory()
    await sql(`UPDATE entitlements SET ${change} WHERE user_id = ? AND id = 'ent_order-2'`, userId).run()
    const verdict = await verify(env.DB, userId)
    expect(verdict).toMatchObject({ intact: false, firstWrong: { kind: 'projection' } })
  })

  it('names an entitlement that no entry accounts for', async () => {
    const userId = await aHistory()
    await sql(
      `INSERT INTO entitlements (user_id, id, feature, provider, source_ref, allowance, trial, priority, created_at, version)
       VALUES (?, 'ent_free', 'export', 'api', 'free', '{"type":"boolean"}', 0, 0, 1, 2)`,
      userId,
    ).run()
    expect(await verify(env.DB, userId)).toEqual({
      intact: false,
      firstWrong: { seq: 2, kind: 'projection' },
    })
  })

  it('names the first of more than a page of entries that are gone', async () => {
    const userId = await aHistory()
    await env.DB.batch([
      sql('UPDATE entries SET seq = seq + 600 WHERE user_id = ?', userId),
      sql('DELETE FROM entries WHERE user_id = ? AND seq < 605', userId),
    ])
    expect(await verify(env.DB, userId)).toEqual({ intact: false, firstWrong: { seq: 1, kind: 'missing' } })
  })

  it('names the first of two entries that were swapped', async () => {
    const userId = await aHistory()
    await env.DB.batch([
      sql('UPDATE entries SET seq = 90 WHERE user_id = ? AND seq = 2', userId),
      sql('UPDATE entries SET seq = 2 WHERE user_id = ? AND seq = 3', userId),
      sql('UPDATE entries SET seq = 3 WHERE user_id = ? AND seq = 90', userId),
    ])
    expect(await verify(env.DB, userId)).toEqual({ intact: false, firstWrong: { seq: 2, kind: 'hash' } })
  })

  it('names an entry that was put in', async () => {
    const userId = await aHistory()
    await sql(
      `INSERT INTO entries SELECT user_id, 6, bytes, hash FROM entries WHERE user_id = ? AND seq = 2`,
      userId,
    ).run()
    expect(await verify(env.DB, userId)).toEqual({ intact: false, firstWrong: { seq: 6, kind: 'hash' } })
  })

  it('names the first entry of a chain that was moved to another user', async () => {
    const [from, to] = [await aHistory(), aUser()]
    await sql('UPDATE entries SET user_id = ? WHERE user_id = ?', to, from).run()
    expect(await verify(env.DB, to)).toEqual({ intact: false, firstWrong: { seq: 1, kind: 'hash' } })
  })

  it.each<[string, (bytes: string) => string, WrongKind]>([
    ['speak of another place', (bytes) => bytes.replace('"seq":5', '"seq":6'), 'columns'],
    ['change what no entry made', (bytes) => bytes.replace('ent_order-1', 'ent_nowhere'), 'meaning'],
    ['are no entry', () => '{}', 'meaning'],
    ['are no JSON', () => '{', 'meaning'],
  ])('names an entry whose hash fits but whose bytes %s', async (_name, change, kind) => {
    const userId = await aHistory()
    const row = await sql('SELECT bytes FROM entries WHERE user_id = ? AND seq = 5', userId).first()
    const bytes = change(String(row?.['bytes']))
    const hash = await entryHash((await headAt(userId, 4)).hash, bytes)
    await sql(
      'UPDATE entries SET bytes = ?, hash = ? WHERE user_id = ? AND seq = 5',
      bytes,
      hash,
      userId,
    ).run()
    expect(await verify(env.DB, userId)).toEqual(wrong(5, kind))
  })
})
