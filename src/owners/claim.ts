import type { Name } from '../domain/purchases/owners/named-user.ts'
import type { Transfer } from '../domain/purchases/owners/transfer.ts'
import type { CustomerId, PurchaseId, SourceId, UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'

/** What is told of one purchase: the ids that stand for it, and whose it is. */
export interface Claim {
  /** All of one purchase: the first is the name of its source, unless one of them is known. */
  readonly ids: readonly PurchaseId[]
  /** Under whom the purchase is claimed: where nobody names its user it is the user of that customer whose it becomes. */
  readonly customerId: CustomerId | null
  /** What is told of whose it is, besides what was told before. */
  readonly names: readonly NameClaim[]
  /** Whether the ids are kept together even while the purchase is nobody's; else they only point at it. */
  readonly isKept: boolean
  /** Whether a purchase may be claimed by them that is not known yet: what only points at one finds it later. */
  readonly isNaming: boolean
  /** Whether what was decided by hand before is taken back. */
  readonly isHandLifted: boolean
  /** In which store it was bought, where that is told. */
  readonly store?: string
}

/** A name as it is told, with the id of the purchase that it names. */
export interface NameClaim extends Name {
  readonly id: PurchaseId
  /** Empty where no customer was told with it. */
  readonly customerId: CustomerId
  /** When it was told; of what payloads say, the first time that one does. */
  readonly toldAt: Instant
}

/** A transfer, and how clear it is what it took. */
export interface TransferClaim extends Transfer {
  /** Empty where none was told. */
  readonly store: string
  readonly takesAll: 0 | 1
  /** Whether they had another purchase of that store: then nobody says which of them was restored. */
  readonly hasOthers: 0 | 1
}

/** A name as it is kept. */
export interface NameRow extends NameClaim {
  /** Of a purchase whose store is told, when it was told last; else as `toldAt`. */
  readonly lastToldAt: Instant
}

/** All that decides whose a purchase is. */
export interface ClaimState {
  readonly source: {
    readonly sourceId: SourceId
    /** Empty while it is nobody's. */
    readonly userId: UserId
    readonly customerId: CustomerId | null
    readonly keepsNames: 0 | 1
    /** Empty where none was told. */
    readonly store: string
  } | null
  readonly names: readonly NameRow[]
  readonly customer: {
    readonly id: CustomerId
    readonly userId: UserId | null
    readonly byNames: 0 | 1
    readonly movedAt: Instant | null
  } | null
  /** All that may concern it: from its customers, and from whom they were transferred to. */
  readonly transfers: readonly TransferClaim[]
  /** The first and the last of the users whom purchases of the customer name. */
  readonly usersOfCustomer: readonly [UserId | null, UserId | null]
}
