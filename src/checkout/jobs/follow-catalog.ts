import {
  type ChangedReference,
  type OutdatedSource,
  changesToFollow,
  forgetChange,
  outdatedSources,
} from '../../catalog/changed-references.ts'
import { wakeForProduct } from '../../inbox/waits.ts'
import { log } from '../../platform/log.ts'
import type { Budget } from '../processing/budget.ts'
import type { SourceDeps } from '../processing/carry-out-moves.ts'
import { submitSource } from '../processing/submit-source.ts'
import type { JobReport } from './job.ts'

/** Settles the sources of products that were changed. Returns how many, and whether all have followed. */
export async function followCatalog(deps: SourceDeps, budget: Budget): Promise<JobReport> {
  const changes = await changesToFollow(deps.d1, budget.rowsLeft())
  let done = 0
  let isAll = true
  for (const change of changes) {
    if (!budget.spend()) return { done, isAll: false }
    // Who put the product has woken them, unless their Worker died before.
    await wakeForProduct(deps.d1, change, deps.now())
    for (const source of await outdatedSources(deps.d1, change, budget.rowsLeft())) {
      if (!budget.spend()) return { done, isAll: false }
      if (await settleAgain(deps, change, source)) done += 1
    }
    isAll = (await forgetChange(deps.d1, change)) && isAll
  }
  return { done, isAll: isAll && budget.rowsLeft() > 0 }
}

async function settleAgain(
  { ledgers }: SourceDeps,
  change: ChangedReference,
  { userId, provider, account, ref }: OutdatedSource,
): Promise<boolean> {
  const reply = await submitSource(
    ledgers,
    userId,
    { type: 'settle_source', source: { provider, account, ref }, facts: [], moved: null },
    // Without a command id: what a try from before was answered says nothing of today's catalog.
    { commandId: null, ref: `catalog:${change.catalogVersion}:${change.ref}`, effectiveAt: null },
  )
  if (reply.type === 'settled') return true
  log('error', 'catalog_change_failed', { reason: reply.type === 'failed' ? reply.reason : reply.code })
  return false
}
