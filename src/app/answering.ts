import { type ProblemCode, type ProblemFacts, problemOf } from '../contract/problems/problems.ts'
import type { UsageChange } from '../domain/usage/usage-change.ts'
import { settlementToBody } from '../ledger/source-outcome.ts'
import type { StoredAnswer, Answering, LedgerHead } from '../ledger/submission.ts'
import { refusalToProblem } from './problems/refusal-to-problem.ts'
import { planToWire } from './wire/plan-to-wire.ts'
import { usageToWire } from './wire/usage-to-wire.ts'
import { entitlementToWire } from './wire/wire.ts'

/** Puts the outcome of a command into the words of the contract. The ledger stores them as the receipt. */
export const answering: Answering = (outcome, { command, requestId }, now) => {
  switch (outcome.type) {
    case 'done': {
      const { created, entitlement, head, userId } = outcome
      const path = `/v4/users/${encodeURIComponent(userId)}/entitlements/${entitlement.id}`
      return {
        status: command.type === 'create_entitlement' ? 201 : 200,
        headers: {
          'Content-Type': 'application/json',
          ETag: `"${entitlement.version}"`,
          ...ledgerHead(head),
          ...(created ? { Location: path } : {}),
        },
        body: JSON.stringify(entitlementToWire(entitlement, userId, now)),
      }
    }
    case 'planned': {
      const { created, plan, head, userId } = outcome
      const path = `/v4/users/${encodeURIComponent(userId)}/products/${encodeURIComponent(plan.sourceRef)}`
      return {
        status: created ? 201 : 200,
        headers: {
          'Content-Type': 'application/json',
          ETag: `"${plan.version}"`,
          ...ledgerHead(head),
          ...(created ? { Location: path } : {}),
        },
        body: JSON.stringify(planToWire(plan, userId, now)),
      }
    }
    case 'used': {
      const { entry, head } = outcome
      const headers = { 'Content-Type': 'application/json', ETag: `"${entry.seq}"`, ...ledgerHead(head) }
      return { status: STATUS[entry.type], headers, body: JSON.stringify(usageToWire(outcome)) }
    }
    case 'settled': {
      const headers = { 'Content-Type': 'application/json', ...ledgerHead(outcome.head) }
      return { status: 200, headers, body: settlementToBody(outcome) }
    }
    case 'refused': {
      const { code, facts } = refusalToProblem(outcome.refusal)
      return problemAnswer(code, requestId, facts, ledgerHead(outcome.head))
    }
    case 'precondition_failed': {
      const { version } = outcome
      const headers = { ETag: `"${version}"`, ...ledgerHead(outcome.head) }
      return problemAnswer(
        'precondition_failed',
        requestId,
        { detail: `It is at version ${version}`, version },
        headers,
      )
    }
    case 'key_reused':
      return problemAnswer('idempotency_key_reused', requestId, {}, ledgerHead(outcome.head))
    case 'fault':
      return problemAnswer('internal_error', requestId)
  }
}

/** What is made by a change of usage can be named later; a release makes nothing. */
const STATUS: Readonly<Record<UsageChange['type'], 200 | 201>> = {
  usage_consumed: 201,
  consumption_reversed: 201,
  usage_reserved: 201,
  reservation_committed: 201,
  reservation_released: 200,
}

function ledgerHead({ version, hash }: LedgerHead): Record<string, string> {
  return { 'Ledger-Head': `${version}:${hash}` }
}

function problemAnswer(
  code: ProblemCode,
  requestId: string,
  facts: ProblemFacts = {},
  headers: Record<string, string> = {},
): StoredAnswer {
  const problem = problemOf(code, requestId, facts)
  return {
    status: problem.status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
    body: JSON.stringify(problem),
  }
}
