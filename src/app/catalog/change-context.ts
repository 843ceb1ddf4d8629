import { confirmedCatalog } from '../../catalog/confirmed-catalog.ts'
import { publishCatalog } from '../../catalog/publish-catalog.ts'
import type { ChangeTerms } from '../../catalog/log-change.ts'
import type { Condition } from '../../domain/values/condition.ts'
import type { AppServices } from '../services.ts'

/** The circumstances of a change of the catalog: who asks, why, and on what it rests. */
export interface ChangeContext {
  readonly condition: Condition
  readonly actor: string
  readonly reason?: string | undefined
}

/** What a change of the catalog works with. */
export type ChangeServices = Pick<AppServices, 'db' | 'kv' | 'epoch' | 'now' | 'reader' | 'waitUntil'>

export function changeTermsOf(
  { now }: ChangeServices,
  { condition, actor, reason }: ChangeContext,
): ChangeTerms {
  return { condition, at: now(), actor, reason: reason ?? null }
}

/** Lets checks know of a change: those of this isolate before its caller is answered, all others soon after. */
export async function publishChange({
  db,
  kv,
  epoch,
  now,
  reader,
  waitUntil,
}: ChangeServices): Promise<void> {
  const confirmed = await confirmedCatalog({ d1: db, now })
  if (confirmed === null) return
  await reader.learnCatalog(confirmed)
  waitUntil(publishCatalog({ kv, epoch }, confirmed))
}
