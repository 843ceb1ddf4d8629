import { type SQL, sql } from 'drizzle-orm'

/** The id by which a provider sells a product: of its price, variant or product. */
export interface ProductReference {
  readonly provider: string
  /** Of which account of Stripe; absent or empty for one's own. */
  readonly account?: string | undefined
  readonly ref: string
}

function isSameReference(a: ProductReference, b: ProductReference): boolean {
  return a.provider === b.provider && (a.account ?? '') === (b.account ?? '') && a.ref === b.ref
}

/** A reference as it is shown: with its account only where it has one. */
export function shownReference({ provider, account = '', ref }: ProductReference): ProductReference {
  return account === '' ? { provider, ref } : { provider, account, ref }
}

/** References as they are shown, in the order in which they are read. */
export function inOrder(references: readonly ProductReference[]): readonly ProductReference[] {
  return references.map(shownReference).toSorted(byKey)
}

function byKey(a: ProductReference, b: ProductReference): number {
  if (a.provider !== b.provider) return a.provider < b.provider ? -1 : 1
  const [accountOfA, accountOfB] = [a.account ?? '', b.account ?? '']
  if (accountOfA !== accountOfB) return accountOfA < accountOfB ? -1 : 1
  return a.ref < b.ref ? -1 : 1
}

/** The references of a list that another one has not. */
export function without(
  references: readonly ProductReference[],
  others: readonly ProductReference[],
): readonly ProductReference[] {
  return references.filter((reference) => !others.some((other) => isSameReference(reference, other)))
}

/** References as a table of (provider, account, ref), in one parameter: D1 takes a hundred at most. */
export function keysIn(references: readonly ProductReference[]): SQL {
  const keys = JSON.stringify(references.map(({ provider, account = '', ref }) => [provider, account, ref]))
  return sql`(SELECT value ->> 0 AS provider, value ->> 1 AS account, value ->> 2 AS ref FROM json_each(${keys}))`
}
