import type { Command } from '../../../domain/user/command.ts'
import type { Note } from '../../../domain/user/entry.ts'
import type { JsonObject } from '../../../domain/values/json.ts'
import type { Submission } from '../../submission.ts'

/** What of a submission may have to be erased one day, with who it is done for; `null` when there is nothing. */
export function noteOf({ actor, reason, command }: Submission, holder: string | null = null): Note | null {
  const metadata = metadataOf(command)
  const note: Note = {
    ...(actor === null ? {} : { actor }),
    ...(reason === null ? {} : { reason }),
    ...(metadata === null ? {} : { metadata }),
    ...(holder === null ? {} : { holder }),
  }
  return Object.keys(note).length === 0 ? null : note
}

function metadataOf(command: Command): JsonObject | null {
  switch (command.type) {
    case 'create_entitlement':
      return command.metadata
    case 'update_entitlement':
      return command.changes.metadata ?? null
    case 'consume':
      return command.metadata ?? null
    case 'revoke_entitlement':
    case 'suspend_entitlement':
    case 'resume_entitlement':
    case 'give_plan':
    case 'change_plan':
    case 'end_plan':
    case 'settle_source':
    case 'release_source':
    case 'reverse_consumption':
    case 'release_holder':
    case 'reserve':
    case 'renew_reservation':
    case 'commit_reservation':
    case 'release_reservation':
      return null
  }
}
