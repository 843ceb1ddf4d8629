import {
  type ChangedReference,
  type OutdatedSource,
  changesToFollow,
  endRound,
  goOnAfter,
  outdatedSources,
} from '../../catalog/changed-references.ts'
import { wakeForProduct } from '../../inbox/waits.ts'
import { log } from '../../platform/log.ts'
import type { Budget } from '../processing/budget.ts'
import type { SourceDeps } from '../processing/carry-out-moves.ts'
import { submitSource } from '../processing/submit-source.ts'
import { workThrough } from '../processing/work-through.ts'
import type { JobReport } from './job.ts'

/** How many changes are looked at, and how many sources of each until the next one has its turn. */
const CHANGES_MAX = 10
const SOURCES_AT_A_TURN = 50

/**
 * Settles the sources of products that were changed. Returns how many, and whether none is left but those of changes that
 * rest, because some of theirs could not be settled.
 */
export async function followCatalog(deps: SourceDeps, budget: Budget): Promise<JobReport> {
  let done = 0
  for (;;) {
    const changes = await changesToFollow(deps.d1, deps.now(), CHANGES_MAX)
    if (changes.length === 0) return { done, isAll: true }
    for (const change of changes) {
      if (!budget.spend()) return { done, isAll: false }
      done += await haveATurn(deps, change, budget)
    }
  }
}

/** Returns how many sources have followed. */
async function haveATurn(deps: SourceDeps, change: ChangedReference, budget: Budget): Promise<number> {
  const { d1, now } = deps
  // Who put the product has woken them, unless there were too many, or their Worker died before.
  if (!(await wakeForProduct(d1, change, now()))) return 0
  const sources = await outdatedSources(d1, change, SOURCES_AT_A_TURN)
  const { done, begun } = await workThrough(sources, budget, (source) => settleAgain(deps, change, source))
  const last = sources[begun - 1]
  if (last !== undefined) await goOnAfter(d1, change, last, now())
  else if (sources.length === 0) await endRound(d1, change, now())
  return done
}

/** Whether a source has followed; the change goes on without one that cannot, until its next round. */
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
  log('error', 'catalog_change_failed', {
    reason: reply.type === 'failed' ? reply.reason : reply.code,
    rounds: change.rounds,
  })
  return false
}
