import type { Instant } from '../../domain/values/instant.ts'
import { log } from '../../platform/log.ts'
import { BOUNDS, type Bounds, createBudget } from '../processing/budget.ts'
import { carryOutMoves } from '../processing/carry-out-moves.ts'
import type { ProcessDeps } from '../processing/process.ts'
import { drain } from './drain.ts'
import { followCatalog } from './follow-catalog.ts'
import { type JobReport, job } from './job.ts'

/** What an operator has just put, and when: what it woke is due as of that moment. */
export interface CatalogPut {
  readonly what: 'customer' | 'product'
  readonly at: Instant
}

/** How the sources follow that what was put concerns. */
const FOLLOWING = { customer: carryOutMoves, product: followCatalog } as const

/**
 * Does what follows from what was put: first of all the events that it has woken, then the sources that have to follow.
 * Within bounds: what is left, and whatever else is due, the keeper does.
 */
export async function followUp(
  deps: ProcessDeps,
  { what, at }: CatalogPut,
  { rowsMax, msMax }: Bounds = BOUNDS.followUp,
): Promise<Readonly<Record<'woken' | 'sources', JobReport>>> {
  const startedAt = deps.now()
  const budgetUntil = (share: number) => createBudget({ rowsMax, until: startedAt + msMax * share }, deps.now)
  const reports = {
    woken: await job('woken', () => drain(deps, at, budgetUntil(0.5))),
    sources: await job('sources', () => FOLLOWING[what](deps, budgetUntil(1))),
  }
  log('info', 'followed_up', { what, ...reports, ms: deps.now() - startedAt })
  return reports
}
