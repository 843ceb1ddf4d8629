import type { Allowance } from './entitlement.ts'
import type { Feature } from './feature.ts'
import type { Json } from './json.ts'
import type { Refusal } from './refusal.ts'
import { type Result, err, ok } from './result.ts'

/** What a right to a feature gives: a config feature needs a value, a boolean one takes none. */
export function allowanceFor(
  { key, type }: Pick<Feature, 'key' | 'type'>,
  value: Json | undefined,
): Result<Allowance, Extract<Refusal, { code: 'value_missing' | 'value_not_allowed' }>> {
  switch (type) {
    case 'boolean':
      return value === undefined ? ok({ type }) : err({ code: 'value_not_allowed', feature: key })
    case 'config':
      return value === undefined ? err({ code: 'value_missing', feature: key }) : ok({ type, value })
  }
}
