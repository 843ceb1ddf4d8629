import type { Access } from '../domain/entitlements/access.ts'
import type { Entitlement } from '../domain/entitlements/entitlement.ts'
import type { Plan } from '../domain/purchases/plans/plan.ts'
import type { Command } from '../domain/user/command.ts'
import type { Cause } from '../domain/user/entry.ts'
import type { EntryOfUsage } from '../domain/user/fold-usage.ts'
import type { Possession } from '../domain/user/holders.ts'
import type { Resolution } from '../domain/user/past.ts'
import type { Refusal } from '../domain/user/refusal.ts'
import type { Seq, UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'

/** A command on its way to the user's object, with all that is recorded or answered of its circumstances. */
export interface Submission {
  readonly command: Command
  readonly commandId: string
  readonly cause: Cause
  /** When it happened in the business; `null` when that is now. */
  readonly effectiveAt: Instant | null
  /** `null` when a second sending of the command cannot be recognised. */
  readonly idempotency: Idempotency | null
  /**
   * Whether another user is asked next where this one has not enough. Absent of others; an object of the version before does
   * not know it, and refuses as it refuses a command that is for its user alone.
   */
  readonly mayPassOn?: true
  /** The named entitlement (when creating: the user) must have no entry after this one. */
  readonly ifVersion: Seq | null
  readonly actor: string | null
  readonly reason: string | null
  readonly requestId: string
  /**
   * The event that this command is all of, to be concluded with it. Absent of others; an object of the version before does not
   * know it, and concludes none.
   */
  readonly event?: EventToConclude
}

/** An event that is concluded in the very batch that records what it tells, unless that is not the end of it. */
export interface EventToConclude {
  /** Of the inbox. */
  readonly id: string
  readonly replays: number
  readonly attempts: number
  /** The entries of earlier attempts, as JSON. */
  readonly versions: string
  /**
   * Why it could not be done before, so that it may have waited for something; `null` of one that is new. Absent from a Worker of
   * the version before, which hands over no other.
   */
  readonly reason?: string | null
  /** What it shows, whatever the ledger notices besides. */
  readonly flags: readonly string[]
  /** When it is attempted. */
  readonly at: Instant
}

export interface Idempotency {
  readonly key: string
  /** SHA-256 over the operation and its canonical validated body. */
  readonly fingerprint: string
}

/** What became of a submission, before it is put into words. */
export type CommandOutcome =
  | {
      readonly type: 'done'
      readonly created: boolean
      readonly userId: UserId
      readonly entitlement: Entitlement
      readonly head: LedgerHead
    }
  | {
      readonly type: 'planned'
      readonly created: boolean
      readonly userId: UserId
      readonly plan: Plan
      readonly head: LedgerHead
    }
  | {
      readonly type: 'used'
      readonly userId: UserId
      readonly entry: EntryOfUsage
      /** What has become of the earlier consumption or reservation that was named. */
      readonly resolution: Resolution | null
      /** What a check would answer now. */
      readonly access: Access
      readonly head: LedgerHead
    }
  | {
      /** What was asked for is there already, or is a lease that goes on. */
      readonly type: 'possession'
      readonly userId: UserId
      readonly possession: Possession
      /** What a check would answer now. */
      readonly access: Access
      readonly head: LedgerHead
    }
  | ({ readonly type: 'settled'; readonly head: LedgerHead } & SourceSettlement)
  | { readonly type: 'refused'; readonly refusal: Refusal; readonly head: LedgerHead }
  /** Refused for what is the user's own, and for ever, as another is asked next. */
  | { readonly type: 'passed_on'; readonly refusal: Refusal; readonly head: LedgerHead }
  | { readonly type: 'precondition_failed'; readonly version: Seq; readonly head: LedgerHead }
  | { readonly type: 'key_reused'; readonly head: LedgerHead }
  | { readonly type: 'fault' }

/** What came of it that a source was settled or released. */
export interface SourceSettlement {
  /** Of the entries that came of it. */
  readonly versions: readonly number[]
  /** References that the catalog does not know yet. */
  readonly unknownProducts: readonly string[]
  /** What somebody should look at. */
  readonly notices: readonly string[]
  /** Whether the event behind it was concluded in the batch that recorded it; never of an answer that is given again. */
  readonly isEventConcluded?: true
}

/** An event that comes to its end with a batch, and what came of it. */
export interface EventEnd {
  readonly event: EventToConclude
  readonly userId: UserId
  readonly settlement: SourceSettlement
}

/** The statements that conclude events, for the batch that records what they tell. */
export type Concluding = (d1: D1Database, ends: readonly EventEnd[]) => readonly D1PreparedStatement[]

/** What became of a command about a source, as who sent it goes on with. */
export type SourceOutcome =
  | ({ readonly type: 'settled' } & SourceSettlement)
  /** By the code of the refusal, or `idempotency_key_reused`. */
  | { readonly type: 'refused'; readonly code: string }
  | { readonly type: 'fault' }

/** The last entry of a ledger: its `seq` and hash. Version 0 has the genesis hash. */
export interface LedgerHead {
  readonly version: Seq
  readonly hash: string
}

/** An answer in the form in which it is stored and sent. */
export interface StoredAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Puts an outcome into words, which the ledger stores as they are. */
export type Answering = (outcome: CommandOutcome, submission: Submission, now: Instant) => StoredAnswer

/**
 * What the object says to a submission: its answer; or that nothing was recorded and it may be sent again
 * (`overloaded`, `unavailable`); or that it may have been recorded, and sending it again with its key tells.
 */
export type SubmissionReply =
  | AnsweredReply
  | { readonly type: 'overloaded' }
  /** `isFull`: for want of room in the database; absent from an object of version 4.0. */
  | { readonly type: 'unavailable'; readonly isFull?: true }
  | { readonly type: 'outcome_unknown' }

export interface AnsweredReply {
  readonly type: 'answered'
  readonly answer: StoredAnswer
  /** Whether the command was passed on, now or when it first came: then the answer is for no caller. */
  readonly isPassedOn?: true
  /** What the answer says, of a command about a source; absent of other commands, and from an object of version 4.0. */
  readonly sourceOutcome?: SourceOutcome
}
