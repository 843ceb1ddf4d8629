import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Submission, SubmissionReply } from '../../../src/ledger/submission.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { type Fault, FaultyD1 } from '../../support/faulty-d1.ts'
import { aGrant, aSubmission, answerOf, withExportFeature, withinObject } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'
import { consume, credits, reserve, withCredits } from '../../app/usage/submitting.ts'

beforeAll(async () => {
  await withExportFeature()
  await withCredits()
})

const suspend = (key: string) =>
  aSubmission({ type: 'suspend_entitlement', entitlementId: 'ent_order-1' }, { key })

/** Commands under one key, of which each is refused or applied as the ledger stands. */
const UNDER_THE_KEY: readonly Submission[] = [
  consume(5, 'k'),
  consume(40, 'k'),
  reserve(20, 60_000, 'k'),
  aGrant('order-k', { key: 'k' }),
  suspend('k'),
]

/** What happens beside them, and lets one or another become possible or impossible. */
const BESIDE: readonly (() => Submission)[] = [
  () => credits(crypto.randomUUID().slice(0, 8), 10),
  () => aGrant('order-1'),
  () => aGrant('order-k'),
  () => consume(5),
]

interface Step {
  /** Of two live objects of the user, of which one is always behind. */
  readonly object: number
  readonly what: { readonly under: number } | { readonly beside: number }
  readonly fault: Fault | null
  /** Whether the next step comes before this one is answered. */
  readonly overlaps: boolean
}

const aStep: fc.Arbitrary<Step> = fc.record({
  object: fc.nat(1),
  what: fc.oneof(
    { weight: 3, arbitrary: fc.record({ under: fc.nat(UNDER_THE_KEY.length - 1) }) },
    { weight: 1, arbitrary: fc.record({ beside: fc.nat(BESIDE.length - 1) }) },
  ),
  fault: fc.oneof(
    { weight: 8, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom<Fault>('reply lost', 'lost on the way', 'late') },
  ),
  overlaps: fc.boolean(),
})

/** What was answered under the key, by the command; what nobody knows is no answer. */
async function answersTo(userId: string, steps: readonly Step[]) {
  const answers: { readonly command: number; readonly status: number; readonly text: string }[] = []
  await withinObject(userId, async (make) => {
    const d1 = new FaultyD1(env.DB)
    const objects = [make({ DB: d1.db }), make({ DB: d1.db })]
    let underWay: Promise<void>[] = []
    for (const { object, what, fault, overlaps } of steps) {
      if (fault !== null) d1.faults.push(fault)
      const submission = 'under' in what ? UNDER_THE_KEY[what.under] : BESIDE[what.beside]?.()
      const submitted: Promise<SubmissionReply> | undefined =
        submission && objects[object]?.submit(submission)
      if (submitted === undefined) throw new Error('No such step')
      const answered = submitted.then((told) => {
        if (!('under' in what) || told.type !== 'answered') return
        const { status, body } = told.answer
        answers.push({ command: what.under, status, text: `${status} ${body}` })
      })
      underWay.push(answered)
      if (overlaps) continue
      await Promise.all(underWay)
      underWay = []
      await d1.arriveLate()
    }
    await Promise.all(underWay)
    await d1.arriveLate()
    // Who asks again once all is over learns what became of their command.
    for (const [command, submission] of UNDER_THE_KEY.entries()) {
      const told = await make().submit(submission)
      const { status, body } = answerOf(told)
      answers.push({ command, status, text: `${status} ${body}` })
    }
  })
  return answers
}

async function entriesUnderTheKey(userId: string): Promise<number> {
  const { results } = await env.DB.prepare(
    `SELECT seq FROM entries WHERE user_id = ? AND bytes ->> '$.commandId' = 'api:k'`,
  )
    .bind(userId)
    .all()
  return results.length
}

describe('commands under one key', () => {
  it('in whatever order and whatever breaks are applied at most once, and each is answered one thing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { minLength: 2, maxLength: 14 }), async (steps) => {
        const userId = aUser()
        const answers = await answersTo(userId, steps)
        const applied = new Set(answers.filter(({ status }) => status < 300).map(({ command }) => command))
        expect(applied.size).toBeLessThanOrEqual(1)
        expect(await entriesUnderTheKey(userId)).toBeLessThanOrEqual(1)
        for (const command of UNDER_THE_KEY.keys()) {
          const told = answers.filter((answer) => answer.command === command).map(({ text }) => text)
          expect(new Set(told).size).toBe(1)
        }
        expect(await verify(env.DB, userId)).toMatchObject({ intact: true })
      }),
      { numRuns: 25, endOnFailure: true },
    )
  }, 120_000)

  it('are applied at most once where nothing but the key tells that one was: what changes nothing leaves no entry', async () => {
    const userId = aUser()
    const [unchanged, late] = await withinObject(userId, async (make) => {
      const d1 = new FaultyD1(env.DB)
      const [slow, fast] = [make({ DB: d1.db }), make()]
      await fast.submit(aGrant('order-1'))
      await fast.submit(suspend('before'))
      await slow.submit(consume(5, 'k'))
      const between: SubmissionReply[] = []
      d1.beforeAppend = async () => {
        d1.beforeAppend = () => Promise.resolve()
        between.push(await fast.submit(suspend('k')))
      }
      const granted = await slow.submit(aGrant('order-k', { key: 'k' }))
      return [...between, granted]
    })
    expect(unchanged && answerOf(unchanged).status).toBe(200)
    expect(late && JSON.parse(answerOf(late).body)).toMatchObject({ code: 'idempotency_key_reused' })
    expect(await entriesUnderTheKey(userId)).toBe(0)
  })
})
