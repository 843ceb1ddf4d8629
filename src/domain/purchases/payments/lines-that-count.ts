import type { Line, Register } from '../register/register.ts'

/**
 * A checkout, its invoice and its payment can each tell what was bought: the first of them counts. The line of an order
 * that was for a subscription counts nowhere.
 */
export function linesThatCount({ lines, payments, reversals }: Register): readonly Line[] {
  const orders = Object.values(reversals).flatMap(({ reverses }) =>
    reverses.type === 'order' ? [reverses.line] : [],
  )
  const all = Object.values(lines).filter(({ id }) => !orders.includes(id))
  const document = Math.max(...all.map(({ document = 0 }) => document))
  const isPaid = ({ isAwaited = false, paidBy = null }: Line) =>
    !isAwaited || (paidBy !== null && (payments[paidBy]?.money?.total ?? 0) > 0)
  return all.filter((line) => (line.document ?? 0) === document && isPaid(line))
}
