import type * as z from 'zod'
import { placesOf } from '../../app/problems/places-of.ts'
import { HttpProblem } from './http-problem.ts'

/** The problem of a part of a request that its schema does not let through; every wrong place is named. */
export function malformed(
  part: 'path' | 'query' | 'header' | 'body',
  { issues }: z.core.$ZodError,
): HttpProblem {
  return new HttpProblem('malformed_request', { errors: placesOf([part], issues) })
}
