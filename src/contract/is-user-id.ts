export const USER_ID = /^[!-~]{1,200}$/

export const USER_ID_RULE = '1 to 200 visible ASCII characters'

/** No URL can name these as a part of its path, however they are written: `%2E%2E` is `..` (https://url.spec.whatwg.org/). */
export function isStep(text: string): boolean {
  return text === '.' || text === '..'
}

/** Whether a text can be the id of a user: the rule of the contract's `UserId`, for where no schema is loaded. */
export function isUserId(value: unknown): value is string {
  return typeof value === 'string' && USER_ID.test(value) && !isStep(value)
}

/** The user whom a part of a path names, percent-encoded or not; `null` where it names none. */
export function userIdInPath(part: string): string | null {
  try {
    const id = part.includes('%') ? decodeURIComponent(part) : part
    return isUserId(id) ? id : null
  } catch {
    return null
  }
}
