import { confirmedCatalog } from '../../catalog/confirmed-catalog.ts'
import { publishCatalog } from '../../catalog/publish-catalog.ts'
import type { ChangeTerms } from '../../catalog/log-change.ts'
import type { Condition } from '../../domain/values/condition.ts'
import type { ConfirmedCatalog } from '../../ledger/stored-catalog.ts'
import { within } from '../../platform/deadline.ts'
import type { AppServices } from '../services.ts'

/** The circumstances of a change of the catalog: who asks, why, and on what it rests. */
export interface ChangeContext {
  readonly condition: Condition
  readonly actor: string
  readonly reason?: string | undefined
}

/** So long the caller of a change waits for it to be known here: it is recorded already. */
const LEARNT_WITHIN_MS = 1000

/** What a change of the catalog works with. */
export type ChangeServices = Pick<AppServices, 'db' | 'kv' | 'epoch' | 'now' | 'reader' | 'waitUntil'>

export function changeTermsOf(
  { now }: ChangeServices,
  { condition, actor, reason }: ChangeContext,
): ChangeTerms {
  return { condition, at: now(), actor, reason: reason ?? null }
}

/**
 * Lets checks know of a change: those of this isolate before its caller is answered, unless D1 is slow to tell, and all others soon
 * after.
 */
export async function publishChange(services: ChangeServices): Promise<void> {
  const learnt = learnCatalog(services)
  services.waitUntil(publishCatalog(services, learnt))
  await within(LEARNT_WITHIN_MS, learnt).catch(() => undefined)
}

async function learnCatalog({ db, now, reader }: ChangeServices): Promise<ConfirmedCatalog> {
  const confirmed = await confirmedCatalog({ d1: db, now })
  await reader.learnCatalog(confirmed)
  return confirmed
}
