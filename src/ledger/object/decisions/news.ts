/**
 * What readers have to learn of a change: nothing; that less or more is left of something, where a copy that is a little
 * old still answers right; or that a check may be answered otherwise now.
 */
export type News = 'nothing' | 'balance' | 'answer'

/** What readers have to learn of two changes together. */
export function bothNews(a: News, b: News): News {
  if (a === 'answer' || b === 'answer') return 'answer'
  return a === 'balance' || b === 'balance' ? 'balance' : 'nothing'
}
