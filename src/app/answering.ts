import { type ProblemCode, type ProblemFacts, problemOf } from '../contract/problems/problems.ts'
import type { UsageChange } from '../domain/usage/usage-change.ts'
import type { Seq, UserId } from '../domain/values/ids.ts'
import { settlementToBody } from '../ledger/source-outcome.ts'
import type { StoredAnswer, Answering, LedgerHead } from '../ledger/submission.ts'
import { refusalToProblem } from './problems/refusal-to-problem.ts'
import { planToWire } from './wire/plan-to-wire.ts'
import { possessionToWire, usageToWire } from './wire/usage-to-wire.ts'
import { entitlementToWire } from './wire/wire.ts'

/** Puts the outcome of a command into the words of the contract. The ledger stores them as the receipt. */
export const answering: Answering = (outcome, { command, requestId }, now) => {
  switch (outcome.type) {
    case 'done': {
      const { created, entitlement, head, userId } = outcome
      return {
        status: command.type === 'create_entitlement' ? 201 : 200,
        headers: {
          ...changeHeaders(entitlement.version, head),
          ...(created ? { Location: `${pathOf(userId)}/entitlements/${entitlement.id}` } : {}),
        },
        body: JSON.stringify(entitlementToWire(entitlement, userId, now)),
      }
    }
    case 'planned': {
      const { created, plan, head, userId } = outcome
      return {
        status: created ? 201 : 200,
        headers: {
          ...changeHeaders(plan.version, head),
          ...(created
            ? { Location: `${pathOf(userId)}/products/${encodeURIComponent(plan.sourceRef)}` }
            : {}),
        },
        body: JSON.stringify(planToWire(plan, userId, now)),
      }
    }
    case 'used': {
      const { entry, head } = outcome
      const body = JSON.stringify(usageToWire(outcome))
      return { status: STATUS[entry.type], headers: changeHeaders(entry.seq, head), body }
    }
    case 'possession': {
      const { possession, head } = outcome
      const { seq } = possession.type === 'lease' ? possession.reservation : possession.holding
      const body = JSON.stringify(possessionToWire(outcome, now))
      return { status: 200, headers: changeHeaders(seq, head), body }
    }
    case 'settled': {
      const headers = { 'Content-Type': 'application/json', ...ledgerHead(outcome.head) }
      return { status: 200, headers, body: settlementToBody(outcome) }
    }
    case 'refused': {
      const { code, facts } = refusalToProblem(outcome.refusal)
      return problemAnswer(code, requestId, facts, ledgerHead(outcome.head))
    }
    case 'passed_on':
      // No caller is answered this: it is for whoever reads the receipts.
      return { status: 409, headers: {}, body: JSON.stringify({ passedOn: outcome.refusal.code }) }
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

function pathOf(userId: UserId): string {
  return `/v4/users/${encodeURIComponent(userId)}`
}

/** The headers of what is at a version since a change, which left the ledger at this head. */
function changeHeaders(version: Seq, head: LedgerHead): Record<string, string> {
  return { 'Content-Type': 'application/json', ETag: `"${version}"`, ...ledgerHead(head) }
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
