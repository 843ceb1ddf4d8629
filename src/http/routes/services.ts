import type { UserHash } from '../../app/user-hash.ts'
import type { Instant } from '../../domain/values/instant.ts'
import type { Reader } from '../../edge/reader.ts'
import type { OwnerChange } from '../../owners/change-user.ts'
import type { InboxEvent } from '../../inbox/inbox-event.ts'
import type { UserLedgers } from '../../ledger/ledger-client.ts'
import type { Authenticator } from '../authentication/caller.ts'
import type { Cursors } from '../answers/cursors.ts'

/** What a check works with. */
export interface CheckServices {
  readonly authenticator: Authenticator
  readonly reader: Reader
  readonly now: () => number
  /** Whether the check at hand is one of the sample that is logged. */
  readonly isSampled: () => boolean
  /** What stands for users in the log. */
  readonly hashUser: UserHash
  /** Lets work go on after the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void
}

/** What the routes work with. An isolate makes it once. */
export interface Services extends CheckServices {
  readonly ledgers: UserLedgers
  readonly cursors: Cursors
  readonly db: D1Database
  readonly kv: KVNamespace
  /** The body of an event as it came, `null` when it is gone. */
  readonly bodyOf: (event: InboxEvent) => Promise<unknown>
  /** What an event says, by the rules of its provider; `null` when its body is gone. */
  readonly factsOf: (event: InboxEvent) => Promise<unknown>
  /** Processes an event of the inbox, if it is due, while the caller is already answered. */
  readonly processEvent: (id: string) => void
  /** Does what follows from what was put, in the same way: first what was woken at that moment, then its job. */
  readonly followUp: (put: { readonly what: 'customer' | 'product'; readonly at: Instant }) => void
  /** The ids that may be meant by one of a provider, as they are kept. */
  readonly purchaseIds: (provider: string, id: string) => readonly string[]
  /** Lets sources follow whose they are now, in the same way. */
  readonly followNow: (change: OwnerChange) => void
}
