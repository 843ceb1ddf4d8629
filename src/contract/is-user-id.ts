export const USER_ID = /^[A-Za-z0-9_.:@|-]{1,128}$/

export const USER_ID_RULE = '1 to 128 of letters, digits and _ . : @ | -'

/** A path of a URL has other uses for these. */
export function isStep(text: string): boolean {
  return text === '.' || text === '..'
}

/** Whether a text can be the id of a user: the rule of the contract's `UserId`, for where no schema is loaded. */
export function isUserId(value: unknown): value is string {
  return typeof value === 'string' && USER_ID.test(value) && !isStep(value)
}
