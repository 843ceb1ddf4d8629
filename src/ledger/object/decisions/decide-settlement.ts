import { itemsSold, unknownReferences } from '../../../domain/purchases/products/items.ts'
import { noticesOf } from '../../../domain/purchases/register/notices.ts'
import type { SettleSource } from '../../../domain/user/command.ts'
import { mergeHandOvers } from '../../../domain/user/settling/moved-source-of.ts'
import { roomRefusal } from '../../../domain/user/capacity.ts'
import { takeOverChanges } from '../../../domain/user/settling/take-over-changes.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import type { Submission } from '../../submission.ts'
import { type CommandDecision, NO_EFFECT } from './command-decision.ts'
import type { DecisionBasis } from './decision-basis.ts'
import { momentAt } from './entry-of.ts'
import { foldChanges } from './fold-changes.ts'
import { newsOfSettlement } from './news-of-settlement.ts'
import { areReferencesKnown } from './remembered-products.ts'
import { changesOfUpdate, sourceUpdate } from './source-update.ts'

/** Decides what comes of facts of a source, of a change of the catalog, or of a source that comes over from others. */
export async function decideSettlement(
  { source, facts, moved: handOvers }: SettleSource,
  submission: Submission,
  basis: DecisionBasis,
  now: Instant,
): Promise<CommandDecision> {
  const { state, productsOf, policy } = basis
  const at = momentAt(state, now)
  const moved = mergeHandOvers(handOvers ?? [])
  const takeOver = moved === null ? [] : takeOverChanges(source, moved, at)
  const takenOver = foldChanges(state, takeOver, submission, now)

  const update = sourceUpdate(takenOver.state, source, facts, moved)
  // A change of the catalog never creates debt, whatever the policy for spent refunds says.
  const spent = facts.length === 0 ? 'floor_at_zero' : policy.spentRefund
  const changes = await changesOfUpdate(takenOver.state, update, basis, { now: at, spent })
  // The limit is against strangers who buy for a user: a change of the catalog and a move are never refused by it.
  const isPurchase = facts.length > 0 && moved === null
  const refusal = isPurchase ? roomRefusal(state, source, changes, at) : null
  if (refusal !== null) {
    return { ...NO_EFFECT, state, dependsOnCatalog: true, outcome: { type: 'refused', refusal } }
  }

  const settled = foldChanges(takenOver.state, changes, submission, now)
  const entries = [...takenOver.entries, ...settled.entries]
  return {
    outcome: {
      type: 'settled',
      versions: entries.map(({ seq }) => seq),
      unknownProducts: unknownReferences(itemsSold(update.register), productsOf(source)),
      notices: noticesOf(update.register, update.facts),
    },
    entries,
    note: null,
    state: settled.state,
    news: newsOfSettlement(entries, state, settled.state, at),
    dependsOnCatalog: true,
    hasUnaskedReference: !areReferencesKnown(takenOver.state, source, update.register, productsOf),
    touchedSource: { source, left: null, takenOver: handOvers ?? [] },
  }
}
