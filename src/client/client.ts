// What `entitlement-ledger/client` exports: the one file that gives names to those outside.
export { type Ledger, type LedgerOptions, createLedger } from './ledger.ts'
export { LedgerError, type LedgerErrorCode } from './ledger-error.ts'
export type { Listing, ListingPage } from './listing.ts'
export { type AccessMemory, createMemory } from './access-memory.ts'
export type { MemoryOptions } from './memory-bounds.ts'
export { type PageAccess, type UserAccess, pageAccess } from './page-access.ts'
export type { CallOptions } from './requests.ts'
export type { ChangeOptions, LedgerUser, ReasonOptions, ReleaseOptions, UsageOptions } from './user.ts'
export type { CheckOptions, ReadOptions } from './user-calls.ts'
export type {
  AccessListAnswer as AccessList,
  BalanceListAnswer as BalanceList,
  ChangePlanAsked,
  CheckAnswer as Check,
  ChecksAnswer as Checks,
  CommitAsked,
  ConsumeAsked,
  ConsumptionAnswer as Consumption,
  ConsumptionPageAnswer as ConsumptionPage,
  EntitlementAnswer as Entitlement,
  EntitlementQuery,
  GivePlanAsked,
  GrantAsked,
  HolderAnswer as Holder,
  KnownReservationAnswer as KnownReservation,
  LedgerEntryAnswer as LedgerEntry,
  OneCheckAsked,
  PassportAnswer as Passport,
  PassportAsked,
  PlanAnswer as Plan,
  ProblemAnswer as Problem,
  PurchaseAnswer as Purchase,
  PurchaseAsked,
  ReleaseAnswer as ReleasedReservation,
  ReservationAnswer as Reservation,
  ReserveAsked,
  ReversalAnswer as Reversal,
  ReverseAsked,
  UpdateAsked,
} from './wire.ts'
