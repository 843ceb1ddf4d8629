import { planReference } from '../../../domain/purchases/plans/plan.ts'
import { referencesOf } from '../../../domain/purchases/products/items.ts'
import { referenceAccount } from '../../../domain/purchases/products/reference-account.ts'
import type { Command, SettleSource } from '../../../domain/user/command.ts'
import { mergeHandOvers } from '../../../domain/user/settling/moved-source-of.ts'
import { type LookUpRequest, NO_LOOK_UP } from '../../store/look-ups/look-up-request.ts'
import { asideKeys } from '../../store/receipts/receipt.ts'
import type { Submission } from '../../submission.ts'
import { sourceUpdate } from './source-update.ts'

/** What has to be looked up before these commands are decided, besides the user's state. */
export function lookUpFor(submissions: readonly Submission[]): LookUpRequest {
  const byCommand = submissions.map(({ command }) => lookUpForCommand(command))
  return {
    receiptKeys: submissions.flatMap(({ idempotency }) =>
      idempotency === null ? [] : [idempotency.key, ...asideKeys(idempotency)],
    ),
    seqs: byCommand.flatMap(({ seqs }) => seqs),
    references: byCommand.flatMap(({ references }) => references),
    entitlements: byCommand.flatMap(({ entitlements }) => entitlements),
    bought: byCommand.some(({ bought }) => bought),
    ends: byCommand.some(({ ends }) => ends),
  }
}

function lookUpForCommand(command: Command): LookUpRequest {
  switch (command.type) {
    case 'create_entitlement':
      return { ...NO_LOOK_UP, entitlements: [command.entitlementId] }
    case 'consume':
    case 'release_holder':
    case 'reserve':
      return NO_LOOK_UP
    case 'renew_reservation':
      return { ...NO_LOOK_UP, seqs: [command.reservation], ends: true }
    case 'reverse_consumption':
      return { ...NO_LOOK_UP, seqs: [command.consumption] }
    case 'commit_reservation':
    case 'release_reservation':
      return { ...NO_LOOK_UP, seqs: [command.reservation] }
    case 'settle_source':
      return { ...NO_LOOK_UP, references: referencesIn(command), bought: true }
    case 'give_plan':
    case 'change_plan': {
      const { provider, account, ref } = planReference(command.product)
      return { ...NO_LOOK_UP, references: [[provider, account, ref]], bought: true }
    }
    case 'end_plan':
    case 'release_source':
      return { ...NO_LOOK_UP, bought: true }
    case 'update_entitlement':
    case 'revoke_entitlement':
    case 'suspend_entitlement':
    case 'resume_entitlement':
      return { ...NO_LOOK_UP, entitlements: [command.entitlementId] }
  }
}

/** The references that a command brings; those that the user's sources have are looked up with the user. */
function referencesIn({ source, facts, moved }: SettleSource): LookUpRequest['references'] {
  const { register } = sourceUpdate({ sources: new Map() }, source, facts, mergeHandOvers(moved ?? []))
  const account = referenceAccount(source)
  return referencesOf(register).map((reference) => [source.provider, account, reference])
}
