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
    const { command } = deed.asked
    // What a holder has already is answered, and not recorded once more.
    const isThere = 'holder' in command && answer.status === 200
    const mayRecordNothing = isThere || MAY_CHANGE_NOTHING.has(command.type)
    promise(
      isOurs || (mayRecordNothing && count === 0),
      () => `An acknowledged command is not at its place: ${about()}`,
    )
  }
}

/** No lease has lapsed sooner than anybody was answered. */
export function judgeLeases(deeds: readonly Deed[], witnesses: ReadonlyMap<string, Witness>): void {
  const lapsedAt = new Map<string, number>(
    [...witnesses].flatMap(([userId, { entries }]) =>
      entries.flatMap(({ type, data }) =>
        type === 'leases_lapsed'
          ? data.leases.map((lease) => [`${userId} res_${lease.reservation}`, lease.lapsedAt] as const)
          : [],
      ),
    ),
  )
  for (const { asked, answer } of deeds) {
    const isOfLease = asked.command.type === 'renew_reservation' || asked.command.type === 'reserve'
    if (!isOfLease || answer === null || answer.status >= 300) continue
    const { id, endsAt } = JSON.parse(answer.body) as { readonly id: string; readonly endsAt: string }
    const lapsed = lapsedAt.get(`${asked.userId} ${id}`) ?? Infinity
    promise(lapsed >= Date.parse(endsAt), () => `${id} of ${asked.userId} lapsed before ${endsAt}`)
  }
}
