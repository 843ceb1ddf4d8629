import type { Snapshot } from '../domain/user/snapshot.ts'
import type { UserId } from '../domain/values/ids.ts'
import type { AccessRules } from './access-rules.ts'
import type { CatalogCopy } from './catalog-memory.ts'

/** A snapshot that may answer instead of the user's object, and where it was found. */
export interface Copy {
  readonly snapshot: Snapshot
  readonly source: 'memory' | 'kv'
}

interface Findings {
  readonly userId: UserId
  readonly copy: Copy | null
  readonly catalog: CatalogCopy | null
  readonly rules: AccessRules
}

/**
 * What one request finds of one user: a copy, the catalog, and what the ledger says, which is asked once, when somebody
 * needs it.
 */
export class LookUp implements Findings {
  readonly userId: UserId
  readonly copy: Copy | null
  readonly catalog: CatalogCopy | null
  readonly rules: AccessRules
  readonly #ask: () => Promise<Snapshot>
  #newest: Promise<Snapshot> | null = null

  constructor({ userId, copy, catalog, rules }: Findings, ask: () => Promise<Snapshot>) {
    this.userId = userId
    this.copy = copy
    this.catalog = catalog
    this.rules = rules
    this.#ask = ask
  }

  newest(): Promise<Snapshot> {
    this.#newest ??= this.#ask()
    return this.#newest
  }

  /** What the ledger says is known: nobody asks. */
  isTold(newest: Snapshot): void {
    this.#newest = Promise.resolve(newest)
  }
}
