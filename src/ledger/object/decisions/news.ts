/**
 * What readers have to learn of a change: nothing; nothing for a day, within which every copy there is answers as the newest
 * would; that less or more is left of something, where a copy that is a little old still answers right; or that a check may
 * be answered otherwise now.
 */
export type News = (typeof NEWS)[number]

const NEWS = ['nothing', 'later', 'balance', 'answer'] as const

/** For how long what is news later is none. */
export const LATER_MS = 86_400_000

/** What readers have to learn of two changes together. */
export function bothNews(a: News, b: News): News {
  return NEWS.indexOf(a) > NEWS.indexOf(b) ? a : b
}
