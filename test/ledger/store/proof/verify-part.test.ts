import { env } from 'cloudflare:workers'
import { beforeAll, expect, it } from 'vitest'
import { verifyPart } from '../../../../src/ledger/store/proof/verify-part.ts'
import { verify, wrongAt } from '../../../../src/ledger/store/proof/verify.ts'
import type { LedgerHead } from '../../../../src/ledger/submission.ts'
import { aGrant, withExportFeature } from '../../../support/ledger.ts'
import { aUser } from '../../../support/user.ts'

beforeAll(withExportFeature)

async function aHistoryOf(count: number): Promise<string> {
  const userId = aUser()
  const object = env.USERS.getByName(userId)
  for (let order = 1; order <= count; order += 1) await object.submit(aGrant(`order-${order}`))
  return userId
}

/** The verdicts of all parts, each from where the one before ended. */
async function partsOf(userId: string, entriesMax: number, seen: LedgerHead | null = null) {
  const verdicts = []
  let from: LedgerHead | null = null
  do {
    const verdict = await verifyPart(env.DB, userId, { from, seen, entriesMax, pageSize: 2 })
    verdicts.push(verdict)
    from = verdict.intact ? verdict.next : null
  } while (from !== null)
  return verdicts
}

async function rewrite(userId: string, seq: number): Promise<void> {
  await env.DB.prepare('DROP TRIGGER IF EXISTS entries_are_never_updated').run()
  await env.DB.prepare(
    `UPDATE entries SET bytes = replace(bytes, 'export', 'import') WHERE user_id = ? AND seq = ?`,
  )
    .bind(userId, seq)
    .run()
}

it('parts of any size lead to the head that the whole has', async () => {
  const userId = await aHistoryOf(7)
  const whole = await verify(env.DB, userId)
  for (const [entriesMax, ends] of [
    [1, [1, 2, 3, 4, 5, 6, 7]],
    [3, [3, 6, 7]],
    [7, [7]],
  ] as const) {
    const verdicts = await partsOf(userId, entriesMax)
    expect(verdicts.map((one) => one.intact && one.version)).toEqual(ends)
    expect(verdicts.at(-1)).toEqual({ ...whole, only: 'chain', next: null })
  }
  expect(await partsOf(aUser(), 3)).toMatchObject([{ intact: true, version: 0, next: null }])
})

it('the part that holds a changed entry names it', async () => {
  const userId = await aHistoryOf(5)
  await rewrite(userId, 4)
  const verdicts = await partsOf(userId, 2)
  expect(verdicts).toMatchObject([{ intact: true, version: 2 }, wrongAt(4, 'hash')])
})

it('a head from which it cannot go on, or that was seen and is gone, is told', async () => {
  const userId = await aHistoryOf(3)
  const other = 'f'.repeat(64)
  const from = (version: number) =>
    verifyPart(env.DB, userId, { from: { version, hash: other }, seen: null, entriesMax: 2 })
  expect(await from(0)).toEqual(wrongAt(1, 'head'))
  expect(await from(2)).toEqual(wrongAt(2, 'head'))
  expect(await from(4)).toEqual(wrongAt(4, 'missing'))
  const parts = (version: number) => partsOf(userId, 2, { version, hash: other })
  expect(await parts(3)).toMatchObject([{ intact: true, version: 2 }, wrongAt(3, 'head')])
  expect(await parts(2)).toEqual([wrongAt(2, 'head')])
  expect(await parts(9)).toEqual([wrongAt(4, 'missing')])
})
