/** What can tell the lines of one purchase: where several do, the highest counts. */
export const DOCUMENTS = { payment: 0, invoice: 1, session: 2 } as const
