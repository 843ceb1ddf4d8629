import type { Snapshot } from '../domain/user/snapshot.ts'
import type { Seq, UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import type { Catalog } from '../domain/catalog/catalog.ts'
import type { AccessRules } from './access-rules.ts'
import type { CatalogCopy } from './catalog-memory.ts'
import { type AnswerKind, type Demand, mayAnswerAlone } from './freshness.ts'

/** What a question is answered by. */
interface Found {
  readonly snapshot: Snapshot
  readonly catalog: CatalogCopy | null
  readonly rules: AccessRules
}

/** The question at hand. */
export interface Evaluation<Answer> {
  /** What a snapshot says by the catalog; where none is to be had, by what is recorded for the user alone. */
  readonly of: (
    found: Found,
    now: Instant,
  ) => {
    readonly answer: Answer
    readonly kind: AnswerKind
    /** Whether a "yes" is still worth something when nobody knows how much of it was used up since. */
    readonly isLasting: boolean
  }
  /** What the catalog says whatever is recorded for the user; `null` where that has to be known, absent where it always has to. */
  readonly alone?: (catalog: Catalog, userId: UserId, rules: AccessRules) => Answer | null
}

/** What is asked of a copy at a moment, and the catalog that decides beside it. */
export interface Question<Answer> {
  readonly catalog: CatalogCopy | null
  readonly rules: AccessRules
  readonly demand: Demand
  readonly evaluation: Evaluation<Answer>
  readonly moment: Instant
}

/** An answer, where it came from and how fresh it is. */
export interface SnapshotReading<Answer> {
  readonly answer: Answer
  /** 0 where nobody looked: the catalog gave the answer alone. */
  readonly version: Seq
  /** `null` where no catalog was to be had. */
  readonly catalogVersion: number | null
  /** When the version was confirmed as the newest: by the user's object, or of the catalog by D1. */
  readonly asOf: Instant
  readonly source: 'memory' | 'kv' | 'ledger'
  /** Something did not answer, and this "yes" is older than it should be, or rests on no catalog. */
  readonly degraded: boolean
}

/** Returns the reading of an answer by a snapshot. */
export function readingBy<Answer>(
  answer: Answer,
  { version, confirmedAt }: Snapshot,
  source: SnapshotReading<Answer>['source'],
  catalog: CatalogCopy | null,
): SnapshotReading<Answer> {
  return {
    answer,
    version,
    catalogVersion: catalog?.catalog.version ?? null,
    asOf: confirmedAt,
    source,
    degraded: catalog === null,
  }
}

/** Returns what the catalog says alone, where it does and the demand leaves it to that; else `null`. */
export function aloneBy<Answer>(
  { catalog: copy, rules, demand, evaluation: { alone }, moment }: Question<Answer>,
  userId: UserId,
): SnapshotReading<Answer> | null {
  if (copy === null || alone === undefined || !mayAnswerAlone(copy.confirmedAt, demand, moment)) return null
  const { catalog, confirmedAt: asOf, source } = copy
  const answer = alone(catalog, userId, rules)
  if (answer === null) return null
  return { answer, version: 0, catalogVersion: catalog.version, asOf, source, degraded: false }
}
