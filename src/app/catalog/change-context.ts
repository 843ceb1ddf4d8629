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
export type ChangeServices = Pick<AppServices, 'db' | 'kv' | 'epoch' | 'now' | 'waitUntil'>

export function changeTermsOf(
  { now }: ChangeServices,
  { condition, actor, reason }: ChangeContext,
): ChangeTerms {
  return { condition, at: now(), actor, reason: reason ?? null }
}

/** Lets checks know of a change, once its caller is answered. */
export function publishChange({ db, kv, epoch, now, waitUntil }: ChangeServices): void {
  waitUntil(publishCatalog({ d1: db, kv, epoch, now }))
}
