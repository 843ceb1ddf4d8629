import type { ProviderAccount } from './provider-account.ts'
import type { Owner } from './refs.ts'

/** What facts name: ids of purchases, and customers. */
export interface Named {
  readonly ids: readonly string[]
  readonly customers: readonly string[]
}

/** Whose a purchase is, and under which customer it was claimed. */
interface KnownRef extends Owner {
  readonly customerId: string | null
}

/** What was known of them when it was looked up: what is not in here may be known by now. */
export interface Known {
  readonly refs: ReadonlyMap<string, KnownRef>
  /** The users of customers. */
  readonly users: ReadonlyMap<string, string>
}

export const NOTHING_KNOWN: Known = { refs: new Map(), users: new Map() }

// Each is looked up by its key: a plain `JOIN` may go through all that the provider has, as in `claimRefs`.
const LOOK_UP = `
  SELECT asked.value AS id, user_id AS userId, source_ref AS sourceRef, refs.customer_id AS customerId
  FROM json_each(?3) asked
  CROSS JOIN refs ON provider = ?1 AND account = ?2 AND refs.id = asked.value
  UNION ALL
  SELECT asked.value, user_id, NULL, NULL
  FROM json_each(?4) asked
  CROSS JOIN customers ON provider = ?1 AND account = ?2 AND customers.customer_id = asked.value`

/** Looks up what is named, alone or in a batch; `null` when nothing is. */
export function knownQuery(
  d1: D1Database,
  { provider, account }: ProviderAccount,
  { ids, customers }: Named,
): D1PreparedStatement | null {
  if (ids.length + customers.length === 0) return null
  return d1.prepare(LOOK_UP).bind(provider, account, JSON.stringify(ids), JSON.stringify(customers))
}

/** What the rows of `knownQuery` say. */
export function knownOf(rows: readonly unknown[]): Known {
  const found = rows as readonly (KnownRef & { id: string; sourceRef: string | null })[]
  return {
    refs: new Map(found.filter(({ sourceRef }) => sourceRef !== null).map(({ id, ...ref }) => [id, ref])),
    users: new Map(found.filter(({ sourceRef }) => sourceRef === null).map(({ id, userId }) => [id, userId])),
  }
}

/** Whose a source is that all these ids stand for, where nothing of it is left to be claimed; else `null`. */
export function settledOwner(
  { refs }: Known,
  { ids, customerId }: { readonly ids: readonly string[]; readonly customerId: string | null },
): Owner | null {
  const found = ids.map((id) => refs.get(id))
  const isSettled = found.every(
    (ref) => ref !== undefined && (ref.customerId !== null || customerId === null),
  )
  return isSettled ? (found[0] ?? null) : null
}
