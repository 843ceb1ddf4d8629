import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { answering } from '../../src/app/answering.ts'
import type { SettleSource } from '../../src/domain/user/command.ts'
import { answerToSourceOutcome, sourceOutcomeOf } from '../../src/ledger/source-outcome.ts'
import type { CommandOutcome, SourceOutcome } from '../../src/ledger/submission.ts'
import { NOON } from '../domain/samples.ts'
import { aRevocation, aSubmission, answerOf } from '../support/ledger.ts'
import { aUser } from '../support/user.ts'

const head = { version: 2, hash: 'ab' }

const command: SettleSource = {
  type: 'settle_source',
  source: { provider: 'stripe', account: '', ref: 'sub_1' },
  facts: [],
  moved: null,
}

const settlement = { versions: [1, 2], unknownProducts: ['price_1'], notices: ['payment_after_end'] }

const OUTCOMES: readonly (readonly [CommandOutcome, SourceOutcome])[] = [
  [
    { type: 'settled', ...settlement, head },
    { type: 'settled', ...settlement },
  ],
  [
    { type: 'refused', refusal: { code: 'too_many_entitlements', limit: 250 }, head },
    { type: 'refused', code: 'too_many_entitlements' },
  ],
  [
    { type: 'key_reused', head },
    { type: 'refused', code: 'idempotency_key_reused' },
  ],
  [
    { type: 'precondition_failed', version: 2, head },
    { type: 'refused', code: 'precondition_failed' },
  ],
  [{ type: 'fault' }, { type: 'fault' }],
]

describe('what became of a command about a source', () => {
  it.each(OUTCOMES)('is the same as data as in the words of the answer: %o', (outcome, expected) => {
    expect(sourceOutcomeOf(outcome)).toEqual(expected)
    expect(answerToSourceOutcome(answering(outcome, aSubmission(command), NOON))).toEqual(expected)
  })

  it('is read from what earlier versions have stored', () => {
    const stored = (status: number, body: string) => answerToSourceOutcome({ status, headers: {}, body })
    expect(stored(200, '{"versions":[1],"unknownProducts":[]}')).toEqual({
      type: 'settled',
      versions: [1],
      unknownProducts: [],
      notices: [],
    })
    expect(stored(200, '{}')).toEqual({ type: 'settled', versions: [], unknownProducts: [], notices: [] })
    expect(stored(422, '{"detail":"Of an unknown form"}')).toEqual({
      type: 'refused',
      code: 'internal_error',
    })
    expect(stored(500, '')).toEqual({ type: 'fault' })
  })

  it('is stored in the bytes that receipts have always had', () => {
    const outcome: CommandOutcome = { type: 'settled', ...settlement, head }
    expect(answering(outcome, aSubmission(command), NOON)).toEqual({
      status: 200,
      headers: { 'Content-Type': 'application/json', 'Ledger-Head': '2:ab' },
      body: '{"versions":[1,2],"unknownProducts":["price_1"],"notices":["payment_after_end"]}',
    })
  })

  it('is nothing that only becomes of other commands', () => {
    const access = { allowed: false, reason: 'no_entitlement' } as never
    const used = { type: 'used', userId: 'u', entry: {} as never, resolution: null, access, head } as const
    expect(() => sourceOutcomeOf(used)).toThrow('cannot be used')
  })
})

describe('the reply of a user’s object to a command about a source', () => {
  const release = { type: 'release_source', source: command.source } as const

  it('says what became of it as data beside the answer, also when it is sent again', async () => {
    const ledger = env.USERS.getByName(aUser())
    const submission = aSubmission(release, { key: 'k' })
    const replies = [await ledger.submit(submission), await ledger.submit(submission)]
    const nothing = { type: 'settled', versions: [], unknownProducts: [], notices: [] }
    expect(replies).toMatchObject([{ sourceOutcome: nothing }, { sourceOutcome: nothing }])
    const [first, again] = replies.map(answerOf)
    expect(again).toEqual({ ...first, headers: { ...first?.headers, 'Idempotent-Replayed': 'true' } })

    const other = aSubmission(release, { idempotency: { key: 'api:k', fingerprint: 'of another' } })
    const reused = { type: 'refused', code: 'idempotency_key_reused' }
    expect(await ledger.submit(other)).toMatchObject({ sourceOutcome: reused })
  })

  it('is the answer alone where the command is about something else', async () => {
    const reply = await env.USERS.getByName(aUser()).submit(aRevocation())
    expect(Object.keys(reply).toSorted()).toEqual(['answer', 'type'])
  })
})
