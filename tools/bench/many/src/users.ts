import {
  changeEntitlement,
  createEntitlement,
  updateEntitlement,
} from '../../../../src/app/changes/entitlement-commands.ts'
import type { CommandRequest } from '../../../../src/app/changes/submit-command.ts'
import { consume } from '../../../../src/app/changes/usage-commands.ts'
import {
  createEntitlementBody,
  updateEntitlementBody,
} from '../../../../src/contract/schemas/entitlements.ts'

/** The user who has more than all others. */
export const HEAVY = 'many-heavy'

/** What that user has been granted at most: what is live is what every look at them reads. */
const HEAVY_GRANTS_MAX = 900

const FIRST_AT = Date.parse('2026-01-01T00:00:00Z')
const STEP_MS = 8000
const DAY_MS = 86_400_000

/** The `index`th user, in the order of ids, and when they came. */
export function userAt(index: number): { readonly userId: string; readonly at: number } {
  return { userId: `many-${String(index).padStart(7, '0')}`, at: FIRST_AT + index * STEP_MS }
}

/** The `index`th of those who have been subscribers of Stripe for years. */
export function subscriberAt(index: number): string {
  return `renewing-${String(index).padStart(7, '0')}`
}

/** Every fourth has bought by checkout. */
export function hasBought(index: number): boolean {
  return index % 4 === 3
}

/** A command, and the key it is sent with. */
export type Keyed = readonly [asked: CommandRequest, key: string | undefined]

/** What is done to a user by hand, in so many entries. */
export async function commandsOf(index: number, entries: number): Promise<readonly Keyed[]> {
  const { userId, at } = userAt(index)
  const credits = await granted(userId, {
    feature: 'credits',
    amount: 1_000_000,
    sourceRef: `order-${index}`,
  })
  if (hasBought(index)) return [credits, ...consumptions(userId, entries - 1)]

  const endsAt = new Date(at + (30 + (index % 60)) * DAY_MS).toISOString()
  const metadata = { order: index }
  const [grant, key] = await granted(userId, { feature: 'export', sourceRef: 'launch', endsAt, metadata })
  const id = grant.target ?? ''
  const changes = updateEntitlementBody.parse({ priority: 1 })
  return [
    [grant, key],
    credits,
    [updateEntitlement(userId, id, changes), undefined],
    [changeEntitlement('suspendEntitlement', userId, id, 'asked to'), undefined],
    [changeEntitlement('resumeEntitlement', userId, id, undefined), undefined],
    ...consumptions(userId, entries - 5),
  ]
}

/** What is done to the one who has more than all others. */
export async function heavyCommands(entries: number): Promise<readonly Keyed[]> {
  const grants = Math.min(HEAVY_GRANTS_MAX, Math.floor(entries / 2))
  const refs = Array.from({ length: grants }, (_, index) => `bundle-${index}`)
  return [
    await granted(HEAVY, { feature: 'credits', amount: 1_000_000, sourceRef: 'order' }),
    ...(await Promise.all(refs.map((sourceRef) => granted(HEAVY, { feature: 'export', sourceRef })))),
    ...consumptions(HEAVY, entries - grants - 1),
  ]
}

export async function granted(userId: string, body: object): Promise<Keyed> {
  const key = crypto.randomUUID()
  return [await createEntitlement(userId, key, createEntitlementBody.parse(body)), key]
}

function consumptions(userId: string, count: number): readonly Keyed[] {
  return Array.from({ length: count }, () => [
    consume(userId, { feature: 'credits', amount: 1 }),
    crypto.randomUUID(),
  ])
}
