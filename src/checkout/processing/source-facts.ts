import type { SourceFact } from '../../domain/purchases/register/fact.ts'
import type { Owner } from '../../owners/claim-purchase-ids.ts'

/** What an event says of one source, on its way to its user's ledger. */
export interface SourceFacts extends Owner {
  readonly facts: readonly SourceFact[]
}

/** Adds a fact to what is said of its source. */
export function addFact(
  sources: readonly SourceFacts[],
  owner: Owner,
  fact: SourceFact,
): readonly SourceFacts[] {
  const isSame = ({ userId, sourceId }: SourceFacts) => userId === owner.userId && sourceId === owner.sourceId
  if (!sources.some(isSame)) return [...sources, { ...owner, facts: [fact] }]
  return sources.map((source) => (isSame(source) ? { ...source, facts: [...source.facts, fact] } : source))
}
