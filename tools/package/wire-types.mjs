import * as checks from '../../src/contract/schemas/checks.ts'
import { anyOf } from '../../src/contract/schemas/any-of.ts'
import * as consumptions from '../../src/contract/schemas/consumptions.ts'
import * as entitlements from '../../src/contract/schemas/entitlements.ts'
import * as holders from '../../src/contract/schemas/holders.ts'
import * as ledger from '../../src/contract/schemas/ledger.ts'
import * as metered from '../../src/contract/schemas/metered.ts'
import * as passports from '../../src/contract/schemas/passports.ts'
import * as plans from '../../src/contract/schemas/plans.ts'
import { featureKey, version } from '../../src/contract/schemas/primitives.ts'
import { problem } from '../../src/contract/schemas/problem.ts'
import * as purchases from '../../src/contract/schemas/purchases.ts'
import * as usage from '../../src/contract/schemas/usage.ts'
import { userId } from '../../src/contract/user-id.ts'
import { declared, members } from './declared.mjs'

const { consistency, maxAge, minCatalogVersion } = checks.checksBody.shape
const minVersion = version.optional().meta(checks.checkQuery.shape.minVersion.meta())
const { description } = checks.checkOneQuery.shape.amount.unwrap().meta()
const amount = metered.amount.optional().meta({ description })
const { limit, cursor } = entitlements.entitlementsQuery.shape

const ANSWERS = {
  CheckAnswer: checks.check,
  AccessListAnswer: checks.accessList,
  ChecksAnswer: checks.checksAnswer,
  BalanceListAnswer: usage.balanceList,
  ConsumptionAnswer: usage.consumption,
  ReversalAnswer: usage.reversal,
  ReservationAnswer: usage.reservation,
  ReleaseAnswer: usage.releasedReservation,
  KnownReservationAnswer: holders.knownReservation,
  HolderAnswer: holders.holderList.shape.items.element,
  ConsumptionPageAnswer: consumptions.consumptionPage,
  EntitlementAnswer: entitlements.entitlement,
  PassportAnswer: passports.passport,
  PlanAnswer: plans.plan,
  LedgerEntryAnswer: ledger.ledgerPage.shape.items.element,
  PurchaseAnswer: purchases.purchase,
  ProblemAnswer: problem,
}

const ASKED = {
  ConsumeAsked: usage.consumeBody,
  ReverseAsked: usage.reverseBody,
  ReserveAsked: usage.reserveBody,
  CommitAsked: usage.commitBody,
  RenewAsked: holders.renewBody,
  ReleaseHolderAsked: holders.releaseHolderBody,
  PassportAsked: passports.passportBody,
  GrantAsked: entitlements.createEntitlementBody,
  UpdateAsked: entitlements.updateEntitlementBody,
  GivePlanAsked: plans.givePlanBody,
  ChangePlanAsked: plans.changePlanBody,
  FreshnessAsked: members({ consistency, maxAge, minVersion, minCatalogVersion }),
  CheckAsked: members({ consistency, maxAge, minVersion, minCatalogVersion, amount }),
  OneCheckAsked: members({
    userId: userId.optional(),
    anyOf: anyOf.optional(),
    feature: featureKey,
    amount,
    minVersion,
  }),
  ListAsked: members({ limit, cursor }),
  EntitlementsAsked: entitlements.entitlementsQuery,
  EntitlementQuery: entitlements.queryEntitlementsQuery,
  OfFeatureAsked: holders.ofFeatureQuery,
  ConsumptionsAsked: consumptions.consumptionsQuery,
  HistoryAsked: ledger.ledgerQuery,
  PurchaseAsked: members({ ...purchases.ofPurchase.shape, ...purchases.purchaseQuery.shape }),
}

export const NAMES = [...Object.keys(ANSWERS), ...Object.keys(ASKED)]

/** What stands in the package in the place of `src/client/wire.ts`: the same types, without the library that the contract is written with. */
export function wireTypes() {
  return declared(ANSWERS, ASKED)
}
