import { sourceKeyText } from '../../domain/purchases/register/source-key.ts'
import { log } from '../../platform/log.ts'
import type { LaggingSource } from '../store/lagging-sources.ts'
import type { Submission, SubmissionReply } from '../submission.ts'
import type { Job } from './group-queue.ts'

/** Tells a user's own ledger to settle sources anew, as the keeper does, each by itself: what one meets keeps no other. */
export async function followCatalogChange(
  sources: readonly LaggingSource[],
  write: (jobs: readonly Job<Submission, SubmissionReply>[]) => Promise<void>,
): Promise<void> {
  // One that names several products that were changed follows all of them at once.
  for (const source of new Map(sources.map((one) => [sourceKeyText(one), one])).values()) {
    await write([{ item: settlementOf(source), answer: logFailure, fail: () => undefined }])
  }
}

function settlementOf({ provider, account, ref, reference, changedAt }: LaggingSource): Submission {
  const cause = `catalog:${changedAt}:${reference}`
  return {
    command: { type: 'settle_source', source: { provider, account, ref }, facts: [], moved: null },
    commandId: cause,
    cause: { kind: 'checkout', ref: cause },
    effectiveAt: null,
    // What a try from before was answered says nothing of today's catalog.
    idempotency: null,
    ifVersion: null,
    actor: `checkout:${provider}`,
    reason: null,
    requestId: cause,
  }
}

/** What could not be settled here is the keeper's. */
function logFailure(reply: SubmissionReply): void {
  if (reply.type === 'answered' && reply.sourceOutcome?.type === 'settled') return
  const reason = reply.type === 'answered' ? (reply.sourceOutcome?.type ?? '') : reply.type
  log('error', 'catalog_change_failed', { reason })
}
