import type { CommandRequest } from '../../../src/app/changes/submit-command.ts'
import type { StoredAnswer } from '../../../src/ledger/submission.ts'
import type { Operation } from './register.ts'

/** Something a client wants done once, however often it has to ask for it. */
export interface Deed {
  readonly asked: CommandRequest
  /** `null` for what cannot be recognised a second time, and so is asked for once. */
  readonly key: string | null
  readonly ifVersion: number | undefined
  /** `null` for what the linear history does not tell of. */
  readonly operation: Operation | null
  readonly invokedAt: number
  returnedAt: number
  /** What the client was told first. */
  answer: StoredAnswer | null
  /** What was first answered, though the client may not have heard it: every later answer must be the same. */
  firstAnswer: StoredAnswer | null
  attempts: number
  underWay: number
  /** Whether somebody said that it may have happened. */
  isInDoubt: boolean
  /** Whether the client, told that nothing was recorded, wants it no more. */
  isGivenUp: boolean
}

/** Whether the client was told for sure that nothing of it is recorded. */
export function isDenied({ answer, attempts, underWay, isInDoubt }: Deed): boolean {
  if (answer !== null) return answer.status >= 400
  return attempts > 0 && underWay === 0 && !isInDoubt
}

/** Whether the client may ask for it once more. */
export function isOpen({ key, answer, underWay, isGivenUp }: Deed): boolean {
  return key !== null && answer === null && underWay === 0 && !isGivenUp
}
