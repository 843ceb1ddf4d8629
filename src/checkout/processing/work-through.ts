import type { Budget } from './budget.ts'

/** How far some work has come. */
interface WorkReport {
  /** For how many it came to something. */
  readonly done: number
  /** How many were begun, in their order, until the budget was spent. */
  readonly begun: number
}

/** Does the same for each item, in their order, as many at once as the budget allows. Returns when all that was begun has ended. */
export async function workThrough<Item>(
  items: readonly Item[],
  budget: Budget,
  work: (item: Item) => Promise<boolean>,
): Promise<WorkReport> {
  let [done, begun] = [0, 0]
  const goOn = async (): Promise<void> => {
    for (let item = items[begun]; item !== undefined && budget.spend(); item = items[begun]) {
      begun += 1
      if (await work(item)) done += 1
    }
  }
  await Promise.all(Array.from({ length: Math.min(budget.atOnce, items.length) }, goOn))
  return { done, begun }
}
