import type * as z from 'zod'
import { HttpProblem } from './http-problem.ts'

/** The problem of a part of a request that its schema does not let through; every wrong place is named. */
export function malformed(
  part: 'path' | 'query' | 'header' | 'body',
  { issues }: z.core.$ZodError,
): HttpProblem {
  const errors = issues.map(({ path, message }) => ({ path: [part, ...path].join('.'), message }))
  return new HttpProblem('malformed_request', { errors })
}
