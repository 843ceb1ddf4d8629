import type { OperationId } from './operations.ts'
import type { WEBHOOKS } from './webhooks.ts'

/** What is sent in a request, by the names of the document. */
export interface Example {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  readonly header?: Readonly<Record<string, string>>
  readonly body?: unknown
}

const FEATURE = 'credits'
const userId = 'u_42'
const PROVIDER = 'standard-webhooks'
const PURCHASE = { provider: PROVIDER, id: '1001' }
const CUSTOMER = { provider: PROVIDER, customerId: 'c_7' }

/** By user, feature and `Idempotency-Key` of the grant: whoever sends the example of it gets this one. */
const GRANTED = { userId, entitlementId: 'ent_6e1c1c8e5592790c1d6af7925b9b0e97' }

/** A team, and one of its members. */
const ANY = ['org_7', userId]

const COMPED = { userId: 'u_7', sourceRef: 'comped' }

/** A held feature, of which a team has some: what is to be there before a seat is let go of. */
const TEAM = 'org_7'
export const SEATS = { userId: TEAM, feature: 'seats', holder: 'member-17' } as const

/** The events of providers have ids that nobody can foretell: `GET /v4/inbox` tells them. */
const EVENT = { id: 'inb_019b0000000000000000' }

const key = (value: string) => ({ header: { 'idempotency-key': value } })

/**
 * One request for each operation. On an empty ledger all of them succeed, in an order that a test
 * walks; those that change something succeed again, for they are recognised.
 */
export const EXAMPLES: Readonly<Record<OperationId | keyof typeof WEBHOOKS, Example>> = {
  putFeature: {
    path: { key: FEATURE },
    body: { type: 'metered', name: 'Credits', unit: 'credits', overage: 'deny' },
  },
  getFeature: { path: { key: FEATURE } },
  listFeatures: {},
  updateFeature: {
    path: { key: FEATURE },
    query: { reason: 'As it is sold' },
    body: { enabled: true, name: 'Credits' },
  },
  archiveFeature: { path: { key: FEATURE } },
  putProduct: {
    path: { productId: 'pro' },
    body: {
      name: 'Pro',
      features: [{ feature: FEATURE, amount: 1000 }],
      references: [{ provider: PROVIDER, ref: 'pro-monthly' }],
    },
  },
  getProduct: { path: { productId: 'pro' } },
  listProducts: {},
  archiveProduct: { path: { productId: 'pro' } },
  listCatalogChanges: { query: { order: 'newest' } },

  createEntitlement: {
    path: { userId },
    ...key('order-1001'),
    body: { feature: FEATURE, amount: 1000, metadata: { public: { plan: 'Pro' } } },
  },
  listEntitlements: { path: { userId } },
  queryEntitlements: { query: { feature: FEATURE } },
  getEntitlement: { path: GRANTED },
  updateEntitlement: {
    path: GRANTED,
    ...key('order-1001-longer'),
    body: { endsAt: '2099-01-31T00:00:00.000Z' },
  },
  suspendEntitlement: { path: GRANTED, body: { reason: 'Chargeback' }, ...key('order-1001-stop') },
  resumeEntitlement: { path: GRANTED, body: { reason: 'Chargeback won' }, ...key('order-1001-go-on') },
  revokeEntitlement: { path: GRANTED, body: { reason: 'Refunded' }, ...key('order-1001-end') },

  givePlan: {
    path: { userId: COMPED.userId },
    ...key('comped-2027'),
    body: { product: 'pro', sourceRef: COMPED.sourceRef },
  },
  listPlans: { path: { userId: COMPED.userId } },
  getPlan: { path: COMPED },
  changePlan: { path: COMPED, body: { product: 'pro', endsAt: '2099-01-31T00:00:00.000Z' } },
  endPlan: { path: COMPED, body: { reason: 'Has left the beta' } },

  checkAccess: { path: { userId, feature: FEATURE } },
  checkAny: { path: { feature: FEATURE }, query: { anyOf: ANY } },
  listAccess: { path: { userId } },
  issuePassport: { path: { userId }, body: { audience: 'https://app.example.com', features: [FEATURE] } },
  getPassportKeys: {},
  checkMany: { body: { checks: [{ userId, feature: FEATURE, amount: 5 }] } },
  evaluateFlag: { path: { key: FEATURE }, body: { context: { targetingKey: userId } } },
  evaluateFlags: { body: { context: { targetingKey: userId } } },

  consume: { path: { userId }, ...key('export-1'), body: { feature: FEATURE, amount: 10 } },
  consumeAny: { ...key('export-2'), body: { anyOf: ANY, feature: FEATURE, amount: 10 } },
  reverseConsumption: {
    path: { userId, consumptionId: 'con_5' },
    ...key('export-1-failed'),
    body: { amount: 10 },
  },
  reserve: {
    path: { userId },
    ...key('render-1'),
    body: { feature: FEATURE, amount: 20, ttlSeconds: 3600, holder: 'render-node-3' },
  },
  listReservations: { path: { userId }, query: { feature: FEATURE } },
  getReservation: { path: { userId, reservationId: 'res_7' } },
  renewReservation: { path: { userId, reservationId: 'res_7' }, body: { ttlSeconds: 3600 } },
  commitReservation: {
    path: { userId, reservationId: 'res_7' },
    ...key('render-1-done'),
    body: { amount: 15 },
  },
  listHolders: { path: { userId: TEAM } },
  releaseHolder: {
    path: { userId: TEAM },
    ...key('member-17-left'),
    body: { feature: SEATS.feature, holder: SEATS.holder, reason: 'Has left the team' },
  },
  releaseReservation: { path: { userId, reservationId: 'res_9' }, ...key('render-2-given-up') },
  listBalances: { path: { userId } },

  listLedger: { path: { userId } },
  listConsumptions: { path: { userId }, query: { feature: FEATURE, from: '2026-01-01T00:00:00.000Z' } },
  verifyLedger: { path: { userId } },

  receiveWebhook: {
    path: { provider: PROVIDER },
    body: {
      type: 'purchase.completed',
      timestamp: '2026-11-01T08:00:00Z',
      data: {
        purchase_id: PURCHASE.id,
        customer: CUSTOMER.customerId,
        user_id: userId,
        mode: 'test',
        lines: [{ line_id: '1', product: 'pro-monthly', quantity: 1 }],
      },
    },
  },
  listInbox: { query: { provider: PROVIDER } },
  getInboxEvent: { path: EVENT },
  replayInboxEvent: { path: EVENT, ...key('look-again-1') },
  putCustomer: { path: CUSTOMER, body: { userId } },
  getCustomer: { path: CUSTOMER },
  deleteCustomer: { path: CUSTOMER },
  getPurchase: { path: PURCHASE },
  putPurchase: { path: PURCHASE, body: { userId } },
  deletePurchaseUser: { path: PURCHASE },

  getHealth: {},
  getReadiness: {},
  getOpenApi: {},
  getDocs: {},
  getProblems: {},
}
