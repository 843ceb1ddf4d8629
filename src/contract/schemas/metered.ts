import * as z from 'zod'
import { nearest } from '../nearest.ts'
import { answeredInstant, instant } from './primitives.ts'

/** How much of something: a whole number that JSON and JavaScript say exactly. */
export const amount = z.int().min(1).meta({ id: 'Amount' })

const every = z.enum(['hour', 'day', 'week', 'month', 'year'])

const rolloverMax = z
  .int()
  .min(0)
  .default(0)
  .meta({ description: 'How much of what was left goes over to the next period, once' })

/** `Intl` takes offsets too, and letters of which some stand for several zones: BST is Dhaka to it. */
const ZONE_NAME = /^(UTC|[A-Z][A-Za-z_]*(\/[A-Za-z0-9_+-]+)+)$/

const answeredTimeZone = z
  .string()
  .regex(ZONE_NAME)
  .max(64)
  .meta({
    id: 'TimeZone',
    description: 'The zone whose calendar and clocks count, by its IANA name; absent for UTC',
    examples: ['Europe/Berlin'],
  })

/** The name is kept as it was sent, also where it is an old one of the zone. UTC is as if nothing was said. */
const timeZone = z
  .string()
  .max(64)
  .check(({ value, issues }) => {
    const message = zoneProblem(value)
    if (message !== null) issues.push({ code: 'custom', input: value, message })
  })
  .transform((name) => (name === 'UTC' ? undefined : name))
  .meta({
    id: 'SentTimeZone',
    pattern: ZONE_NAME.source,
    description: 'The IANA name of the zone whose calendar and clocks count; UTC when left out',
    examples: ['Europe/Berlin'],
  })

/** When a product gives its amount anew: counted from the start of the purchase. */
export const productReset = z
  .strictObject({ every, rolloverMax, timeZone: timeZone.optional() })
  .meta({ id: 'PutProductReset' })

/** The same as it is answered: nothing is left out. */
export const answeredProductReset = z
  .strictObject({ every, rolloverMax: rolloverMax.unwrap(), timeZone: answeredTimeZone.optional() })
  .meta({ id: 'ProductReset' })

const GIVEN_ANEW =
  'The amount is given anew at each boundary: at the time of day of the anchor, in UTC or by the clocks of a zone'

export const reset = productReset
  .extend({
    anchor: instant
      .nullable()
      .default(null)
      .meta({ description: 'Any boundary of a period; the start of the right when left out' }),
  })
  .meta({ id: 'Reset', description: GIVEN_ANEW })

export const answeredReset = reset
  .extend({ anchor: answeredInstant, timeZone: answeredTimeZone.optional() })
  .meta({ id: 'EntitlementReset', description: GIVEN_ANEW })

function zoneProblem(name: string): string | null {
  if (/^[+-]\d/.test(name))
    return 'is an offset, which a zone has for a part of the year: name it, as "Europe/Berlin"'
  if (!ZONE_NAME.test(name)) return 'is no IANA name such as "Europe/Berlin"'
  if (isKnown(name)) return null
  const near = nearest(name, Intl.supportedValuesOf('timeZone'))
  return `is no time zone that is known here${near === null ? '' : `; did you mean "${near}"?`}`
}

function isKnown(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
