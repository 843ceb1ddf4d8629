import * as z from 'zod'
import { PROBLEMS, type ProblemCode } from '../problems/problems.ts'

const codes = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]

/** RFC 9457 problem details, `application/problem+json`. */
export const problem = z
  .looseObject({
    type: z.string().meta({ description: 'The address of the page that explains the code' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    code: z.enum(codes),
    requestId: z.string(),
    retryable: z.boolean().meta({ description: 'Whether the same request may succeed later' }),
    errors: z
      .array(z.strictObject({ path: z.string(), message: z.string() }).meta({ id: 'ProblemPart' }))
      .optional(),
  })
  .meta({ id: 'Problem' })
