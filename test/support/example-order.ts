import type { EXAMPLES } from '../../src/contract/operations/examples.ts'

/** All operations, each after what its example rests on: the numbers are versions of the user's ledger. */
export const EXAMPLE_ORDER: readonly (keyof typeof EXAMPLES)[] = [
  'getHealth',
  'getReadiness',
  'getOpenApi',
  'getDocs',
  'getProblems',
  'getPassportKeys',
  'putFeature',
  'getFeature',
  'listFeatures',
  'updateFeature',
  'putProduct',
  'getProduct',
  'listProducts',
  'listCatalogChanges',
  'createEntitlement', // 1
  'listEntitlements',
  'queryEntitlements',
  'getEntitlement',
  'updateEntitlement', // 2
  'suspendEntitlement', // 3
  'resumeEntitlement', // 4
  'checkAccess',
  'checkAny',
  'listAccess',
  'checkMany',
  'evaluateFlag',
  'evaluateFlags',
  'issuePassport',
  'consume', // 5
  'reverseConsumption', // 6
  'reserve', // 7
  'listReservations',
  'getReservation',
  'renewReservation', // of 7, and no entry
  'commitReservation', // 8
  'releaseReservation', // of another reservation, 9
  'consumeAny', // by the second who is named, 10
  'listHolders', // of another user
  'releaseHolder',
  'listBalances',
  'givePlan', // of another user
  'listPlans',
  'getPlan',
  'changePlan',
  'endPlan',
  'listLedger',
  'listConsumptions',
  'verifyLedger',
  'putCustomer',
  'getCustomer',
  'receiveWebhook',
  'listInbox',
  'getInboxEvent',
  'replayInboxEvent',
  'getPurchase',
  'putPurchase',
  'deletePurchaseUser',
  'deleteCustomer',
  'revokeEntitlement',
  'archiveProduct',
  'archiveFeature',
]
