import type { CommandOutcome, SourceOutcome, SourceSettlement, StoredAnswer } from './submission.ts'

/** What became of a command about a source. Throws for an outcome that only other commands have. */
export function sourceOutcomeOf(outcome: CommandOutcome): SourceOutcome {
  switch (outcome.type) {
    case 'settled': {
      const { head: _head, ...settled } = outcome
      return settled
    }
    case 'refused':
      return { type: 'refused', code: outcome.refusal.code }
    case 'key_reused':
      return { type: 'refused', code: 'idempotency_key_reused' }
    case 'precondition_failed':
      return { type: 'refused', code: outcome.type }
    case 'fault':
      return { type: 'fault' }
    case 'done':
    case 'planned':
    case 'used':
    case 'passed_on':
    case 'possession':
      throw new Error(`A command about a source cannot be ${outcome.type}`)
  }
}

/** The body of the answer to a source that was settled or released, as receipts keep it. */
export function settlementToBody({ versions, unknownProducts, notices }: SourceSettlement): string {
  return JSON.stringify({ versions, unknownProducts, notices })
}

/** The body of an answer: of a settlement, which had no notices at first, or of a problem. */
type StoredBody = Partial<SourceSettlement> & { readonly code?: string }

/**
 * What a stored answer to a command about a source says, whichever version wrote it. Only the ledger itself wrote the
 * body, and so it is not checked; a list that it lacks was empty.
 */
export function answerToSourceOutcome({ status, body }: StoredAnswer): SourceOutcome {
  if (status >= 500) return { type: 'fault' }
  const {
    versions = [],
    unknownProducts = [],
    notices = [],
    code = 'internal_error',
  } = JSON.parse(body) as StoredBody
  return status < 300 ? { type: 'settled', versions, unknownProducts, notices } : { type: 'refused', code }
}
