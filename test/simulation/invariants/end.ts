import { env } from 'cloudflare:workers'
import { orderedText } from '../../../src/domain/json.ts'
import { accessAt, accessFrom } from '../../../src/domain/snapshot.ts'
import { snapshotKey, storedToSnapshot } from '../../../src/ledger/stored-snapshot.ts'
import { promise } from '../violation.ts'
import { CHECKED } from '../workload/checks.ts'
import type { Story } from '../workload/story.ts'
import type { Clock } from '../world/clock.ts'
import type { Objects } from '../world/objects.ts'
import type { Witness } from './witness.ts'

interface Ended {
  readonly clock: Clock
  readonly objects: Objects
  readonly stories: readonly Story[]
}

/** How it must be once the faults have stopped and nothing is due. */
export async function judgeEnd(
  { clock, objects, stories }: Ended,
  witnesses: ReadonlyMap<string, Witness>,
): Promise<void> {
  promise(objects.alarms.length === 0, () => `Alarms are left for ${objects.alarms.join()}`)
  await inboxIsSettled()
  for (const { userId, owned } of stories) {
    const witness = witnesses.get(userId)
    const state = witness?.states.at(-1)
    if (witness === undefined || state === undefined) continue
    const now = clock.now()
    const lessons = accessAt(state, 'lessons', now).allowed
    const minutes = accessAt(state, 'minutes', now).balance?.granted ?? 0
    promise(
      lessons === owned.lessons && minutes === owned.minutes,
      () => `${userId} bought ${JSON.stringify(owned)} and has ${JSON.stringify({ lessons, minutes })}`,
    )
    if (witness.version === 0) continue
    const stored = storedToSnapshot(await env.KV.get(snapshotKey(1, userId), 'json'), 1, userId)
    promise(
      stored?.version === witness.version,
      () => `KV has version ${stored?.version} of ${userId}, D1 ${witness.version}`,
    )
    for (const feature of CHECKED) {
      const [inKv, inD1] = [
        stored === null ? null : accessFrom(stored, feature, now),
        accessAt(state, feature, now),
      ]
      promise(
        orderedText(inKv) === orderedText(inD1),
        () => `KV says ${orderedText(inKv)} of ${feature}, D1 ${orderedText(inD1)}`,
      )
    }
  }
}

async function inboxIsSettled(): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT event_id, state, reason FROM inbox WHERE state NOT IN ('applied', 'ignored', 'superseded')`,
  ).all()
  promise(results.length === 0, () => `Events are not settled: ${JSON.stringify(results)}`)
}
