import type { Operation } from '../operation.ts'
import { CHANGES } from './changes.ts'
import { CHECKS } from './checks.ts'
import { FLAGS } from './flags.ts'
import { PASSPORTS } from './passports.ts'
import { USAGE } from './usage.ts'
import { WEBHOOKS } from './webhooks.ts'

/** All that is counted. A new kind of operation is one more table here. */
export const OPERATIONS: readonly Operation[] = [
  ...CHECKS,
  ...FLAGS,
  ...PASSPORTS,
  ...CHANGES,
  ...USAGE,
  ...WEBHOOKS,
]
