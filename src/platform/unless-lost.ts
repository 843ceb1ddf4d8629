import { d1Failure } from './d1-failure.ts'

/** What the statements of a batch answer; `null` where it was aborted because somebody else was first. */
export async function unlessLost<T>(batch: Promise<T>): Promise<T | null> {
  try {
    return await batch
  } catch (error) {
    if (d1Failure(error) !== 'lost') throw error
    return null
  }
}
