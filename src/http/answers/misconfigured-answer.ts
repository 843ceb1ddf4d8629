import { misconfigured } from '../../app/problems/misconfigured.ts'
import { problemToResponse } from './problem-to-response.ts'
import { problemsAnswer } from './problems-answer.ts'
import { requestIdOf } from './request-id.ts'

/** What a Worker that cannot serve answers to each request: why, but for the page that explains it. */
export async function misconfiguredAnswer(request: Request, error: Error): Promise<Response> {
  return (await problemsAnswer(request)) ?? problemToResponse(misconfigured(error), requestIdOf(request))
}
