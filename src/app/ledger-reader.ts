import type { Freshness } from '../edge/freshness.ts'
import { Reader } from '../edge/reader.ts'
import { type UserLedgers, newestSnapshot } from '../ledger/ledger-client.ts'
import { recordedUsers } from '../ledger/store/recorded-users.ts'
import type { CallServices } from './services.ts'

interface ReaderPlace extends Pick<CallServices, 'now' | 'waitUntil'> {
  readonly db: D1Database
  readonly kv: KVNamespace
  readonly epoch: number
  readonly freshness: Freshness
  readonly ledgers: UserLedgers
}

/** Reads what is told in KV, else asks users' objects, and D1 for the catalog and for who is recorded at all. */
export function ledgerReader({ db, ledgers, ...place }: ReaderPlace): Reader {
  return new Reader({
    ...place,
    ask: (userId, copy, features) => newestSnapshot(ledgers, userId, copy, features),
    recorded: (userIds) => recordedUsers(db, userIds),
    catalogSince: async (known) =>
      (await import('../ledger/store/catalog/catalog-since.ts')).catalogSince(db, known),
  })
}
