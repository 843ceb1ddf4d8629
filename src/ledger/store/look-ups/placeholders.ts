import { sql } from 'drizzle-orm'
import type { UserId } from '../../../domain/values/ids.ts'
import type { LookUpRequest } from './look-up-request.ts'

const listOf = (name: string) => sql`json_each(${sql.placeholder(name)})`
const membersOf = (name: string) => sql`(SELECT value FROM ${listOf(name)})`

/** Where the queries of a user's ledger have what is asked for: each list is one parameter, as D1 takes a hundred at most. */
export const PLACES = {
  userId: sql.placeholder('userId'),
  receiptKeys: membersOf('receiptKeys'),
  /** A row for each, with its provider, account and reference as members of `value`. */
  references: listOf('references'),
  seqs: membersOf('seqs'),
  entitlements: membersOf('entitlements'),
} as const

/** What stands in these places. */
export function valuesOf(userId: UserId, { receiptKeys, references, seqs, entitlements }: LookUpRequest) {
  const lists = Object.entries({ receiptKeys, references, seqs, entitlements })
  return { userId, ...Object.fromEntries(lists.map(([name, list]) => [name, JSON.stringify(list)])) }
}
