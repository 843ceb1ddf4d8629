import type { Catalog } from '../../domain/catalog/catalog.ts'
import type { FeatureKey, Seq, UserId } from '../../domain/values/ids.ts'
import type { Demand } from '../../edge/freshness.ts'
import type { Reader } from '../../edge/reader.ts'
import type { Evaluation, SnapshotReading } from '../../edge/reading.ts'
import { LedgerUnavailable, VersionUnknown } from '../../edge/refusals.ts'
import { ProblemError } from '../problems/problem-error.ts'

/** How fresh an answer has to be, in the words of the contract. */
export interface FreshnessRequest {
  readonly consistency?: 'cached' | 'strong' | undefined
  /** Seconds. */
  readonly maxAge?: number | undefined
  readonly minVersion?: Seq | undefined
  readonly minCatalogVersion?: number | undefined
  /** Absent of all. */
  readonly features?: readonly FeatureKey[]
}

/** Reads as fresh as was asked. Throws `version_unknown` or `ledger_unavailable`. */
export async function read<Answer>(
  reader: Reader,
  userId: UserId,
  freshness: FreshnessRequest,
  evaluate: Evaluation<Answer>,
): Promise<SnapshotReading<Answer>> {
  try {
    return await reader.read(userId, demandOf(freshness), evaluate)
  } catch (error) {
    throw problemOfReading(error)
  }
}

/** The catalog that a check would be decided by. Throws `ledger_unavailable`. */
export async function catalogOf(reader: Reader): Promise<Catalog> {
  try {
    return await reader.catalog()
  } catch (error) {
    throw problemOfReading(error)
  }
}

/** The problem of a reading that failed; an error of another kind stays as it is. */
export function problemOfReading(error: unknown): unknown {
  if (error instanceof LedgerUnavailable) return new ProblemError('ledger_unavailable')
  if (error instanceof VersionUnknown) {
    return new ProblemError('version_unknown', { detail: error.message, ...error.newest })
  }
  return error
}

/** The demand on a copy that a caller's words make. */
export function demandOf({
  consistency,
  maxAge,
  minVersion,
  minCatalogVersion,
  features,
}: FreshnessRequest): Demand {
  return {
    strong: consistency === 'strong',
    maxAgeMs: maxAge === undefined ? Infinity : maxAge * 1000,
    minVersion: minVersion ?? 0,
    minCatalogVersion: minCatalogVersion ?? 0,
    ...(features === undefined ? {} : { features }),
  }
}
