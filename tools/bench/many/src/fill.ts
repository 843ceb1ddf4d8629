import { type Start, aLedger, startOf, submissionOf } from './a-ledger.ts'
import { PROVIDER, REFERENCE, deliverSubscription, openShop } from './a-shop.ts'
import { HEAVY, type Keyed, commandsOf, hasBought, heavyCommands, userAt } from './users.ts'

/** How much there is. */
export interface Size {
  readonly users: number
  /** Of all users together; one more has a hundredth of that besides, alone. */
  readonly entries: number
}

/** How many commands are recorded together, as the object does. */
const GROUP_MAX = 50

/** The fewest that the heavy user has, so that their lists have pages. */
const HEAVY_MIN = 120

export function heavyEntries({ entries }: Size): number {
  return Math.max(HEAVY_MIN, Math.floor(entries / 100))
}

/**
 * Fills an empty database that has its tables. Every row comes from the code that writes it in a deployment, so that
 * chains verify and projections are those of the entries. `onEntries` is told how many there are so far.
 */
export async function fill(d1: D1Database, size: Size, onEntries: (entries: number) => void): Promise<void> {
  const { users, entries } = size
  await openShop(d1, 50 + Math.floor(users / 100))
  const references = [[PROVIDER, '', REFERENCE]] as const
  const start = await startOf(d1, { references })
  const each = Math.floor(entries / users)
  let recorded = 0
  for (let index = 0; index < users; index += 1) {
    recorded += await fillUser(d1, start, index, each)
    onEntries(recorded)
  }
  const ledger = await aLedger(d1, HEAVY, start, () => userAt(users).at)
  await recordAll(ledger, await heavyCommands(heavyEntries(size)))
  onEntries(recorded + ledger.version())
}

async function fillUser(d1: D1Database, start: Start, index: number, entries: number): Promise<number> {
  const { userId, at } = userAt(index)
  const ledger = await aLedger(d1, userId, start, () => at)
  if (hasBought(index)) await deliverSubscription({ d1, ledgers: () => ledger, now: at }, userId, 1)
  await recordAll(ledger, await commandsOf(index, entries - ledger.version()))
  return ledger.version()
}

async function recordAll(ledger: Awaited<ReturnType<typeof aLedger>>, commands: readonly Keyed[]) {
  const submissions = await Promise.all(commands.map(([asked, key]) => submissionOf(asked, key)))
  for (let from = 0; from < submissions.length; from += GROUP_MAX) {
    await ledger.record(submissions.slice(from, from + GROUP_MAX))
  }
}
