import type { OPERATIONS } from '../contract/operations/operations.ts'

type Operations = typeof OPERATIONS
type Route<Id extends keyof Operations> = `${Uppercase<Operations[Id]['method']>} ${Operations[Id]['path']}`

/** The operation of the contract that each call is, by the name that it has over a binding. */
interface OperationOf {
  readonly check: 'checkAccess'
  readonly checkMany: 'checkMany'
  readonly access: 'listAccess'
  readonly balances: 'listBalances'
  readonly consume: 'consume'
  readonly reverse: 'reverseConsumption'
  readonly reserve: 'reserve'
  readonly commit: 'commitReservation'
  readonly release: 'releaseReservation'
  readonly grant: 'createEntitlement'
  readonly update: 'updateEntitlement'
  readonly suspend: 'suspendEntitlement'
  readonly resume: 'resumeEntitlement'
  readonly revoke: 'revokeEntitlement'
  readonly entitlement: 'getEntitlement'
  readonly entitlements: 'listEntitlements'
  readonly queryEntitlements: 'queryEntitlements'
  readonly givePlan: 'givePlan'
  readonly changePlan: 'changePlan'
  readonly endPlan: 'endPlan'
  readonly plan: 'getPlan'
  readonly plans: 'listPlans'
  readonly ledger: 'listLedger'
  readonly purchase: 'getPurchase'
}

export type CallName = keyof OperationOf

/** Where each call goes over HTTP: the compiler holds it against the contract, of which no more than this is needed. */
export const ROUTES = {
  check: 'GET /v4/users/{userId}/access/{feature}',
  checkMany: 'POST /v4/checks',
  access: 'GET /v4/users/{userId}/access',
  balances: 'GET /v4/users/{userId}/balances',
  consume: 'POST /v4/users/{userId}/consumptions',
  reverse: 'POST /v4/users/{userId}/consumptions/{consumptionId}/reversals',
  reserve: 'POST /v4/users/{userId}/reservations',
  commit: 'POST /v4/users/{userId}/reservations/{reservationId}/commit',
  release: 'POST /v4/users/{userId}/reservations/{reservationId}/release',
  grant: 'POST /v4/users/{userId}/entitlements',
  update: 'PATCH /v4/users/{userId}/entitlements/{entitlementId}',
  suspend: 'POST /v4/users/{userId}/entitlements/{entitlementId}/suspend',
  resume: 'POST /v4/users/{userId}/entitlements/{entitlementId}/resume',
  revoke: 'DELETE /v4/users/{userId}/entitlements/{entitlementId}',
  entitlement: 'GET /v4/users/{userId}/entitlements/{entitlementId}',
  entitlements: 'GET /v4/users/{userId}/entitlements',
  queryEntitlements: 'GET /v4/entitlements',
  givePlan: 'POST /v4/users/{userId}/products',
  changePlan: 'PUT /v4/users/{userId}/products/{sourceRef}',
  endPlan: 'DELETE /v4/users/{userId}/products/{sourceRef}',
  plan: 'GET /v4/users/{userId}/products/{sourceRef}',
  plans: 'GET /v4/users/{userId}/products',
  ledger: 'GET /v4/users/{userId}/ledger',
  purchase: 'GET /v4/purchases/{provider}/{id}',
} as const satisfies { readonly [Name in CallName]: Route<OperationOf[Name]> }

/** Whether a call changes nothing, and so may be sent again as often as anybody likes. */
export function isRead(name: CallName): boolean {
  return name === 'checkMany' || ROUTES[name].startsWith('GET')
}
