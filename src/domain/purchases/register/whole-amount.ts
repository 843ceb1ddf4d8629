/** More than any payment. As what was given back: all of it. As what was paid: never all given back. */
export const WHOLE_AMOUNT = Number.MAX_SAFE_INTEGER
