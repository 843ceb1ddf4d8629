import { CATALOG_OPERATIONS } from './catalog.ts'
import { CHECK_OPERATIONS } from './checks.ts'
import { CUSTOMER_OPERATIONS } from './customers.ts'
import { ENTITLEMENT_OPERATIONS } from './entitlements.ts'
import { FLAG_OPERATIONS } from './flags.ts'
import { HOLDER_OPERATIONS } from './holders.ts'
import { INBOX_OPERATIONS } from './inbox.ts'
import { LEDGER_OPERATIONS } from './ledger.ts'
import { PASSPORT_OPERATIONS } from './passports.ts'
import { PLAN_OPERATIONS } from './plans.ts'
import { PURCHASE_OPERATIONS } from './purchases.ts'
import { SERVICE_OPERATIONS } from './service.ts'
import { USAGE_OPERATIONS } from './usage.ts'

/** Every operation of the API that is carried out by a route, by its id, in the order of the document. */
export const OPERATIONS = {
  ...CHECK_OPERATIONS,
  ...FLAG_OPERATIONS,
  ...PASSPORT_OPERATIONS,
  ...ENTITLEMENT_OPERATIONS,
  ...PLAN_OPERATIONS,
  ...USAGE_OPERATIONS,
  ...HOLDER_OPERATIONS,
  ...LEDGER_OPERATIONS,
  ...CATALOG_OPERATIONS,
  ...INBOX_OPERATIONS,
  ...CUSTOMER_OPERATIONS,
  ...PURCHASE_OPERATIONS,
  ...SERVICE_OPERATIONS,
} as const

export type OperationId = keyof typeof OPERATIONS
