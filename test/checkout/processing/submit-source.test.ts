import { describe, expect, it } from 'vitest'
import { type SettlementReply, submitSource } from '../../../src/checkout/processing/submit-source.ts'
import type { SubmissionReply } from '../../../src/ledger/submission.ts'

/** What is made of the reply of a user's object. */
function madeOf(reply: SubmissionReply): Promise<SettlementReply> {
  const ledger = { submit: () => Promise.resolve(reply), snapshot: () => Promise.reject(new Error()) }
  const source = { provider: 'stripe', account: '', ref: 'sub_1' }
  const occasion = { commandId: 'inbox:1', ref: 'inb_1', effectiveAt: null }
  return submitSource(() => ledger, 'user', { type: 'release_source', source }, occasion)
}

const said = (status: number, body: string) => ({ status, headers: {}, body })
const settled = { type: 'settled', versions: [1], unknownProducts: ['price_1'], notices: [] } as const

describe('what a user’s object says of a source', () => {
  it('is taken as it is said, whatever the words of the answer', async () => {
    const answer = said(299, 'Words')
    const refused = { type: 'refused', code: 'too_many_entitlements' } as const
    expect(await madeOf({ type: 'answered', answer, sourceOutcome: settled })).toEqual(settled)
    expect(await madeOf({ type: 'answered', answer, sourceOutcome: refused })).toEqual(refused)
    expect(await madeOf({ type: 'answered', answer, sourceOutcome: { type: 'fault' } })).toEqual({
      type: 'failed',
      reason: 'internal_error',
    })
  })

  it.each<[string, number, string, SettlementReply]>([
    ['settled', 200, '{"versions":[1],"unknownProducts":["price_1"],"notices":[]}', settled],
    ['refused', 409, '{"code":"too_many_entitlements"}', { type: 'refused', code: 'too_many_entitlements' }],
    ['at fault', 500, '{"code":"internal_error"}', { type: 'failed', reason: 'internal_error' }],
  ])('is read from the answer where the object is of version 4.0: %s', async (_name, status, body, made) => {
    expect(await madeOf({ type: 'answered', answer: said(status, body) })).toEqual(made)
  })

  it.each(['overloaded', 'unavailable', 'outcome_unknown'] as const)(
    'is to be told again: %s',
    async (type) => {
      expect(await madeOf({ type })).toEqual({ type: 'failed', reason: type })
    },
  )
})
