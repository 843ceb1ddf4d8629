import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { PurchaseFact } from '../../../src/domain/purchases/register/fact.ts'
import { putProduct } from '../../../src/catalog/put-product.ts'
import type { Submission } from '../../../src/ledger/submission.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { Dying } from '../../support/dying.ts'
import {
  aGrant,
  aSubmission,
  answerOf,
  recordedOf,
  withExportFeature,
  withinObject,
} from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'

beforeAll(async () => {
  await withExportFeature()
  const references = [{ provider: 'stripe', ref: 'price_pro' }]
  await putProduct(env.DB, { id: 'pro', name: 'Pro', features: [{ feature: 'export' }], references }, true)
})

const grant = aGrant('order-1', { key: 'grant' })
const revoke = aSubmission({ type: 'revoke_entitlement', entitlementId: 'ent_order-1' }, { key: 'revoke' })
const refused = aSubmission({ type: 'revoke_entitlement', entitlementId: 'ent_nowhere' }, { key: 'refused' })

const source = { provider: 'stripe', account: '', ref: 'cs_1' }
const line = { id: 'li_1', product: 'price_pro', quantity: 1, ordered: 1 }
const bought: PurchaseFact = {
  type: 'purchase',
  ref: 'cs_1',
  aliases: [],
  customer: null,
  version: { at: 1, rank: 0 },
  startsAt: 1,
  endsAt: null,
  lines: [line],
}
const purchase = aSubmission(
  { type: 'settle_source', source, facts: [bought], moved: null },
  { key: 'purchase' },
)

/** More moments than any command has; a test fails if that is not so. */
const MOMENTS_MAX = 40

/** Lets the object die at one moment of a command, and sends the command again to its successor. */
async function dieAndRetry(submission: Submission, moment: number, first: readonly Submission[]) {
  const userId = aUser()
  await env.DB.prepare(
    `INSERT OR REPLACE INTO refs (provider, account, id, user_id, source_ref) VALUES ('stripe', '', 'cs_1', ?, 'cs_1')`,
  )
    .bind(userId)
    .run()
  const outcome = await withinObject(userId, async (make, state) => {
    for (const earlier of first) await make().submit(earlier)
    const dying = new Dying(moment)
    const victim = dying.object(state, make)
    const submitted = await Promise.race([victim.submit(submission), dying.death])
    return { died: submitted === 'died', answer: answerOf(await make().submit(submission)) }
  })
  return { ...outcome, userId, ...(await recordedOf(userId)) }
}

describe('an object that dies', () => {
  it.each([
    ['a first command', grant, [], 1],
    ['a later command', revoke, [grant], 2],
    ['a refusal', refused, [grant], 1],
    ['a purchase', purchase, [grant], 3],
  ] as const)(
    'at any moment of %s loses nothing and repeats nothing',
    async (_name, submission, first, entries) => {
      const expected = await dieAndRetry(submission, MOMENTS_MAX, first)
      expect(expected.died).toBe(false)
      let moment = 0
      for (; moment < MOMENTS_MAX; moment += 1) {
        const { died, answer, seqs, keys, userId } = await dieAndRetry(submission, moment, first)
        if (!died) break
        expect(answer.status, `moment ${moment}`).toBe(expected.answer.status)
        expect(seqs, `moment ${moment}`).toEqual(Array.from({ length: entries }, (_, index) => index + 1))
        expect(keys.filter((key) => key === submission.idempotency?.key)).toHaveLength(1)
        expect(await verify(env.DB, userId), `moment ${moment}`).toMatchObject({ intact: true })
      }
      expect(moment).toBeGreaterThanOrEqual(6) // alarm, load, mark, sync, append and move, before and after
    },
  )
})
