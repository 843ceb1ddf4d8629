/**
 * What readers have to learn of a change: nothing; what is left of something, of which a copy is only ever advice;
 * or an answer that may be another now.
 */
export type News = 'nothing' | 'balance' | 'answer'
