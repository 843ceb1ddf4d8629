import { type SQL, asc, desc, eq, lte } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Instant } from '../domain/values/instant.ts'
import { inbox } from '../schema/shared-tables.ts'

/** How many are looked at from either end: more than one invocation processes. */
const DUE_MAX = 500

/** An event that is due: since when, and in whose turn it is processed. */
export interface Due {
  readonly id: string
  readonly dueAt: Instant
  readonly turnOf: string
}

const COLUMNS = {
  id: inbox.id,
  dueAt: inbox.nextAttemptAt,
  provider: inbox.provider,
  account: inbox.account,
  turnOf: inbox.turnOf,
}

/** What is due by now: those that are due since last and those that have been due for longest. */
export async function dueEvents(d1: D1Database, now: Instant): Promise<readonly Due[]> {
  const isDue = lte(inbox.nextAttemptAt, now)
  const [newest, oldest] = await drizzle(d1).batch([
    selectDue(d1, isDue).orderBy(desc(inbox.nextAttemptAt)).limit(DUE_MAX),
    selectDue(d1, isDue).orderBy(asc(inbox.nextAttemptAt)).limit(DUE_MAX),
  ])
  const rowsById = new Map([...newest, ...oldest].map((row) => [row.id, row]))
  return [...rowsById.values()].map(rowToDue)
}

/** What is due as of this very moment, in which it was woken. */
export async function dueAsOf(d1: D1Database, wokenAt: Instant): Promise<readonly Due[]> {
  const rows = await selectDue(d1, eq(inbox.nextAttemptAt, wokenAt)).limit(DUE_MAX)
  return rows.map(rowToDue)
}

function selectDue(d1: D1Database, where: SQL) {
  return drizzle(d1).select(COLUMNS).from(inbox).where(where)
}

interface Row {
  readonly id: string
  readonly dueAt: Instant | null
  readonly provider: string
  readonly account: string
  readonly turnOf: string | null
}

/** Two customers of one id are two where their provider or account is another. */
function rowToDue({ id, dueAt, provider, account, turnOf }: Row): Due {
  return { id, dueAt: dueAt ?? 0, turnOf: JSON.stringify([provider, account, turnOf ?? id]) }
}
