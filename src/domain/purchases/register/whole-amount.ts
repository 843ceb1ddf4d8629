/** Greater than any sum of money. As an amount that was refunded it means all; as a total, that no refund is all of it. */
export const WHOLE_AMOUNT = Number.MAX_SAFE_INTEGER
