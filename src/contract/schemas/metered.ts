import * as z from 'zod'
import { instant } from './primitives.ts'

/** How much of something: a whole number that JSON and JavaScript say exactly. */
export const amount = z.int().min(1).meta({ id: 'Amount' })

const every = z.enum(['day', 'week', 'month', 'year'])

const rolloverMax = z
  .int()
  .min(0)
  .default(0)
  .meta({ description: 'How much of what was left goes over to the next period, once' })

/** When a product gives its amount anew: counted from the start of the purchase. */
export const productReset = z.strictObject({ every, rolloverMax }).meta({ id: 'PutProductReset' })

/** The same as it is answered: nothing is left out. */
export const answeredProductReset = z
  .strictObject({ every, rolloverMax: rolloverMax.unwrap() })
  .meta({ id: 'ProductReset' })

export const reset = productReset
  .extend({
    anchor: instant
      .nullable()
      .default(null)
      .meta({ description: 'Any boundary of a period; the start of the right when left out' }),
  })
  .meta({ id: 'Reset', description: 'The amount is given anew at each boundary, in UTC' })
