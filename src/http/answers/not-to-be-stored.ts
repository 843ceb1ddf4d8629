/** Answers differ by user and by the moment: no cache between here and the caller may keep one. */
export const NOT_TO_BE_STORED = { 'Cache-Control': 'private, no-store' }
