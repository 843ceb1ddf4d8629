import { env } from 'cloudflare:workers'
import { orderedText } from '../../../src/domain/values/json.ts'
import type { Access } from '../../../src/domain/entitlements/access.ts'
import { accessAt } from '../../../src/domain/user/access-of-state.ts'
import { accessFrom } from '../../../src/domain/user/snapshot.ts'
import { snapshotKey, storedToSnapshot } from '../../../src/ledger/stored-snapshot.ts'
import { promise } from '../violation.ts'
import { productById } from '../../../src/catalog/products.ts'
import { NOTES, PRODUCT } from '../workload/catalog.ts'
import { CHECKED } from '../workload/checks.ts'
import type { Sold, Story } from '../workload/story.ts'
import type { Clock } from '../world/clock.ts'
import { spendableOf } from '../../../src/domain/usage/metered-access.ts'
import { lotsFor } from '../../../src/domain/user/user-lots.ts'
import { type UserState, emptyState } from '../../../src/domain/user/user-state.ts'
import type { Shop } from '../world/shop.ts'
import type { Objects } from '../world/objects.ts'
import { judgeLeft } from './sold.ts'
import type { Witness } from './witness.ts'

interface Ended {
  readonly shop: Shop
  readonly clock: Clock
  readonly objects: Objects
  readonly stories: readonly Story[]
}

/** How it must be once the faults have stopped and nothing is due. */
export async function judgeEnd(
  { clock, objects, stories, shop }: Ended,
  witnesses: ReadonlyMap<string, Witness>,
): Promise<void> {
  promise(objects.alarms.length === 0, () => `Alarms are left for ${objects.alarms.join()}`)
  await inboxIsSettled()
  await nothingIsOnItsWay()
  const product = await productById(env.DB, PRODUCT)
  const hasNotes = product?.features.some(({ feature }) => feature === NOTES) === true
  for (const { userId } of stories) {
    const witness = witnesses.get(userId)
    const state = witness?.states.at(-1)
    if (witness === undefined || state === undefined) continue
    const now = clock.now()
    const owned = ownedBy(userId, stories, shop)
    const has = { lessons: accessAt(state, 'lessons', now).allowed, minutes: givenTo(state, now) }
    const isNoted = accessAt(state, NOTES, now).allowed
    promise(
      isNoted === (hasNotes && owned.lessons),
      () => `${userId} has ${isNoted ? '' : 'no '}notes: the source does not follow its product`,
    )
    promise(
      orderedText(has) === orderedText(owned),
      () => `${userId} bought ${JSON.stringify(owned)} and has ${JSON.stringify(has)}`,
    )
    for (const sold of soldTo(userId, stories, shop)) {
      judgeLeft(sold, { state, witnesses: [...witnesses.values()], now })
    }
    if (witness.version === 0) continue
    const stored = storedToSnapshot(await env.KV.get(snapshotKey(1, userId), 'json'), 1, userId)
    // What was no news may have left KV a version behind, or without any: whether both let in is judged then.
    const version = stored?.version ?? 0
    const told = version < witness.version ? onlyWhatIsNews : (access: Access) => access
    promise(version <= witness.version, () => `KV has version ${version} of ${userId}, D1 ${witness.version}`)
    for (const feature of [...CHECKED, NOTES]) {
      const [inKv, inD1] = [
        stored === null ? accessAt(emptyState(userId), feature, now) : accessFrom(stored, feature, now),
        accessAt(state, feature, now),
      ]
      promise(
        orderedText(told(inKv)) === orderedText(told(inD1)),
        () => `KV says ${orderedText(inKv)} of ${feature}, D1 ${orderedText(inD1)}`,
      )
    }
  }
}

/** Which right a yes rests on, and until when, is no news while it is one: `newsOfSettlement`. */
function onlyWhatIsNews({ allowed, value, balance }: Access) {
  return { allowed, value: value ?? null, balance: balance ?? null }
}

/** What a user has of the shop when all was told. */
function ownedBy(userId: string, stories: readonly Story[], shop: Shop) {
  const minutes = soldTo(userId, stories, shop).reduce((sum, sold) => sum + sold.minutes, 0)
  return { lessons: minutes > 0, minutes }
}

/** What is a user's by the last word on whose it is. */
function soldTo(userId: string, stories: readonly Story[], { mover }: Shop): readonly Sold[] {
  return stories.flatMap((story) => story.sold.filter(({ ref }) => mover.userOf(story, ref) === userId))
}

/** Before anything is used of it. */
function givenTo(state: UserState, now: number): number {
  const lots = spendableOf(lotsFor(state, 'minutes', now), now)
  return lots.reduce((sum, { allowance }) => sum + allowance.amount, 0)
}

async function nothingIsOnItsWay(): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT 'moving' AS how, source_ref AS ref FROM source_moves UNION ALL SELECT 'left', ref FROM handed_over
      UNION ALL SELECT 'following', ref FROM changed_references`,
  ).all()
  promise(results.length === 0, () => `Purchases are on their way: ${JSON.stringify(results)}`)
}

async function inboxIsSettled(): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT event_id, state, reason FROM inbox WHERE state NOT IN ('applied', 'ignored', 'superseded')`,
  ).all()
  promise(results.length === 0, () => `Events are not settled: ${JSON.stringify(results)}`)
}
