import type { Answered } from '../../support/api.ts'

/** What one change asks for at an object that remembers its user: one batch, and one put. */
export const ONE_CHANGE = {
  requests: 1,
  // The second is the alarm, which sees to the put or finds it done.
  objectCalls: 2,
  d1Calls: 1,
  objectD1Calls: 1,
  // Set when the batch leaves, moved when it is recorded.
  alarmsSet: 2,
  kvWrites: 1,
}

/** An answer that is as it has to be. */
export function done(answered: Answered): Answered {
  if (answered.status >= 300) throw new Error(`Refused: ${answered.text}`)
  return answered
}
