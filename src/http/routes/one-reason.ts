import { HttpProblem } from '../answers/http-problem.ts'

interface Reasoned {
  readonly reason?: string | undefined
}

/** The reason of a change, from the query or the body. Throws `malformed_request` where they differ: nobody can say which is meant. */
export function oneReason({ reason: inQuery }: Reasoned, { reason: inBody }: Reasoned): string | undefined {
  if (inQuery !== undefined && inBody !== undefined && inQuery !== inBody) {
    const errors = [{ path: 'body.reason', message: 'is another one than in the query' }]
    throw new HttpProblem('malformed_request', { errors })
  }
  return inBody ?? inQuery
}
