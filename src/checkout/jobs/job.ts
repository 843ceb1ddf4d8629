import { errorText, log } from '../../platform/log.ts'

/** What a job did, and whether nothing is left of it. */
export interface JobReport {
  readonly done: number
  readonly isAll: boolean
}

/** Does one of several jobs: where it fails, the others are done all the same. */
export async function job(name: string, work: () => Promise<JobReport>): Promise<JobReport> {
  try {
    return await work()
  } catch (error) {
    log('error', 'job_failed', { job: name, error: errorText(error) })
    return { done: 0, isAll: false }
  }
}
