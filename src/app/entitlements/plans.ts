import * as z from 'zod'
import type { UserId } from '../../domain/values/ids.ts'
import { planNamed, planPage } from '../../ledger/store/plans/plan-page.ts'
import { type PageQuery, pageOf } from '../paging/page.ts'
import { refusalToError } from '../problems/refusal-to-error.ts'
import type { AppServices } from '../services.ts'
import { planToWire } from '../wire/plan-to-wire.ts'

type ReadServices = Pick<AppServices, 'db' | 'now' | 'cursors'>

/** One plan of a user, as it is now. Throws `plan_not_found`. */
export async function getPlan({ db, now }: Omit<ReadServices, 'cursors'>, userId: UserId, sourceRef: string) {
  const plan = await planNamed(db, userId, sourceRef)
  if (plan === null) throw refusalToError({ code: 'plan_not_found', sourceRef })
  return planToWire(plan, userId, now())
}

/** The plans of a user, in the order of their `sourceRef`. */
export function listPlans({ db, now, cursors }: ReadServices, userId: UserId, query: PageQuery) {
  const at = now()
  return pageOf(
    cursors,
    {
      of: { plansOf: userId },
      read: (request) => planPage(db, userId, request),
      placeOf: ({ sourceRef }) => sourceRef,
      place: z.string(),
      toWire: (plan) => planToWire(plan, userId, at),
    },
    query,
  )
}
