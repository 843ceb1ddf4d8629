import { VersionDiffers } from '../domain/values/condition.ts'
import { ProblemError } from './problems/problem-error.ts'

/** What becomes of a change that may rest on a version. Throws `precondition_failed` where that is not the one of now. */
export async function restingOn<T>(change: Promise<T>): Promise<T> {
  try {
    return await change
  } catch (error) {
    if (!(error instanceof VersionDiffers)) throw error
    const { message: detail, version } = error
    throw new ProblemError('precondition_failed', { detail, version })
  }
}
