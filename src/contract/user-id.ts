import * as z from 'zod'

export const userId = z
  .string()
  .regex(/^[A-Za-z0-9_.:@|-]{1,128}$/, '1 to 128 of letters, digits and _ . : @ | -')
  // No part of the expression: what looks ahead is no pattern for every reader of the document.
  .refine((id) => id !== '.' && id !== '..', 'may not be . or ..')
  .meta({ id: 'UserId', description: 'The caller’s own opaque string', examples: ['u_42'] })
