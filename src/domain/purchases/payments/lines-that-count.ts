import type { Line, Register } from '../register/register.ts'

/**
 * Returns the lines that are bought once. A checkout, its invoice and its payment can each list them: those of the highest
 * `document` count. The line of an order that began a subscription, and a line whose payment is awaited, do not.
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
