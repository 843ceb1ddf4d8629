import type { Budget } from './budget.ts'

/** How far some work has come. */
interface WorkReport {
  /** For how many it came to something. */
  readonly done: number
  /** How many were begun, in their order, until the budget was spent. */
  readonly begun: number
}

/** Does the same for each item, one after another. */
export async function workThrough<Item>(
  items: readonly Item[],
  budget: Budget,
  work: (item: Item) => Promise<boolean>,
): Promise<WorkReport> {
  let [done, begun] = [0, 0]
  for (const item of items) {
    if (!budget.spend()) break
    begun += 1
    if (await work(item)) done += 1
  }
  return { done, begun }
}
