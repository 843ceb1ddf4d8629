import type { OPERATIONS } from '../contract/operations/operations.ts'

type Operations = typeof OPERATIONS
type Route<Id extends keyof Operations> = `${Uppercase<Operations[Id]['method']>} ${Operations[Id]['path']}`

/** The operation of the contract that each call is, by the name that it has over a binding, where what is about several users has that of what is about one. */
interface OperationOf {
  readonly check: 'checkAccess'
  readonly checkAny: 'checkAny'
  readonly checkMany: 'checkMany'
  readonly access: 'listAccess'
  readonly balances: 'listBalances'
  readonly consume: 'consume'
  readonly consumeAny: 'consumeAny'
  readonly consumptions: 'listConsumptions'
  readonly reverse: 'reverseConsumption'
  readonly reserve: 'reserve'
  readonly commit: 'commitReservation'
  readonly release: 'releaseReservation'
  readonly renew: 'renewReservation'
  readonly reservation: 'getReservation'
  readonly reservations: 'listReservations'
  readonly holders: 'listHolders'
  readonly releaseHolder: 'releaseHolder'
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
  readonly passport: 'issuePassport'
}

export type CallName = keyof OperationOf

/** Where each call goes over HTTP: the compiler holds it against the contract, of which no more than this is needed. */
export const ROUTES = {
  check: 'GET /v4/users/{userId}/access/{feature}',
  checkAny: 'GET /v4/access/{feature}',
  checkMany: 'POST /v4/checks',
  access: 'GET /v4/users/{userId}/access',
  balances: 'GET /v4/users/{userId}/balances',
  consume: 'POST /v4/users/{userId}/consumptions',
  consumeAny: 'POST /v4/consumptions',
  consumptions: 'GET /v4/users/{userId}/consumptions',
  reverse: 'POST /v4/users/{userId}/consumptions/{consumptionId}/reversals',
  reserve: 'POST /v4/users/{userId}/reservations',
  commit: 'POST /v4/users/{userId}/reservations/{reservationId}/commit',
  release: 'POST /v4/users/{userId}/reservations/{reservationId}/release',
  renew: 'PATCH /v4/users/{userId}/reservations/{reservationId}',
  reservation: 'GET /v4/users/{userId}/reservations/{reservationId}',
  reservations: 'GET /v4/users/{userId}/reservations',
  holders: 'GET /v4/users/{userId}/holders',
  releaseHolder: 'POST /v4/users/{userId}/holders/release',
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
  passport: 'POST /v4/users/{userId}/passports',
} as const satisfies { readonly [Name in CallName]: Route<OperationOf[Name]> }

/** Whether a call takes no key: it changes nothing, or once more the same, and so may be sent as often as anybody likes. */
export function isKeyless(name: CallName): boolean {
  return name === 'checkMany' || name === 'renew' || name === 'passport' || ROUTES[name].startsWith('GET')
}
