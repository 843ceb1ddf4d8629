import { promise } from '../violation.ts'
import { type Deed, isDenied } from '../workload/deed.ts'
import type { Witness } from './witness.ts'

/** Where it is so already, nothing is recorded. */
const MAY_CHANGE_NOTHING = new Set<string>([
  'revoke_entitlement',
  'update_entitlement',
  'suspend_entitlement',
  'resume_entitlement',
])

/** What was acknowledged is recorded once; what was refused or denied, not at all; what nobody knows, once at most. */
export function judgeDeeds(deeds: readonly Deed[], witnesses: ReadonlyMap<string, Witness>): void {
  for (const deed of deeds) {
    const witness = witnesses.get(deed.asked.userId)
    if (deed.key === null || witness === undefined) continue
    const count = witness.countOf(`api:${deed.key}`)
    const about = () => JSON.stringify(deed)
    promise(count <= 1, () => `A command was recorded ${count} times: ${about()}`)
    if (isDenied(deed)) promise(count === 0, () => `A command that was denied is recorded: ${about()}`)
    const { answer } = deed
    if (answer === null || answer.status >= 300) continue
    const seq = Number(answer.headers['ETag']?.replaceAll('"', ''))
    const isOurs = witness.entries[seq - 1]?.commandId === `api:${deed.key}`
    const mayRecordNothing = MAY_CHANGE_NOTHING.has(deed.asked.command.type)
    promise(
      isOurs || (mayRecordNothing && count === 0),
      () => `An acknowledged command is not at its place: ${about()}`,
    )
  }
}
