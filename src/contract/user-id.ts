import * as z from 'zod'
import { isStep, USER_ID, USER_ID_RULE } from './is-user-id.ts'

export const userId = z
  .string()
  .regex(USER_ID, USER_ID_RULE)
  // No part of the expression: what looks ahead is no pattern for every reader of the document.
  .refine((id) => !isStep(id), 'may not be . or ..')
  .meta({
    id: 'UserId',
    description: 'The caller’s own opaque string, percent-encoded in a path and in a query',
    examples: ['u_42'],
  })
