import { referencesOf } from '../../domain/purchases/products/items.ts'
import { type RegisterBefore, upgradeRegister } from '../../domain/purchases/register/register-before.ts'
import type { Register } from '../../domain/purchases/register/register.ts'
import type { SourceRecord } from '../../domain/user/user-state.ts'
import type { UserId } from '../../domain/values/ids.ts'
import { canonicalJson } from '../../platform/canonical-json.ts'
import type { sourceReferences, sources } from '../../schema/user-tables.ts'

export type SourceRow = typeof sources.$inferSelect
export type ReferenceRow = typeof sourceReferences.$inferSelect

export function sourceToRow(
  userId: UserId,
  { source, register, version }: SourceRecord,
  catalogVersion: number,
): SourceRow {
  const { provider, account, ref } = source
  return { userId, provider, account, ref, register: registerToText(register), version, catalogVersion }
}

export function rowToSource({ provider, account, ref, register, version }: SourceRow): SourceRecord {
  return { source: { provider, account, ref }, register: textToRegister(provider, register), version }
}

/** A register from its row, which may be of the version before. */
export function textToRegister(provider: string, text: string): Register {
  return upgradeRegister(provider, JSON.parse(text) as Register | RegisterBefore)
}

/** The rows by which the sources of a product are found. */
export function sourceToReferenceRows(
  userId: UserId,
  { source, register }: SourceRecord,
  catalogVersion: number,
): readonly ReferenceRow[] {
  const { provider, account, ref } = source
  const row = { userId, provider, account, ref, catalogVersion }
  return referencesOf(register).map((reference) => ({ ...row, reference }))
}

function registerToText(register: Register): string {
  return canonicalJson(register)
}
