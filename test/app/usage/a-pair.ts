import fc from 'fast-check'
import { env } from 'cloudflare:workers'
import { answering } from '../../../src/app/answering.ts'
import { putProduct } from '../../../src/catalog/put-product.ts'
import type { SourceFact } from '../../../src/domain/purchases/register/fact.ts'
import type { SourceKey } from '../../../src/domain/purchases/register/source-key.ts'
import { hasEnded } from '../../../src/domain/entitlements/state.ts'
import { snapshotOf } from '../../../src/domain/user/access-of-state.ts'
import type { SettleSource } from '../../../src/domain/user/command.ts'
import { fold } from '../../../src/domain/user/fold.ts'
import { type Snapshot, accessFrom } from '../../../src/domain/user/snapshot.ts'
import { type UserState, emptyState } from '../../../src/domain/user/user-state.ts'
import { decideGroup } from '../../../src/ledger/object/decide-group.ts'
import { lookUpFor } from '../../../src/ledger/object/decisions/look-up-for.ts'
import { Draft } from '../../../src/ledger/object/draft.ts'
import { bytesToEntry } from '../../../src/ledger/store/entry-bytes.ts'
import { handOversOf } from '../../../src/ledger/store/hand-overs.ts'
import { load } from '../../../src/ledger/store/load.ts'
import { recordToCatalog } from '../../../src/domain/catalog/catalog.ts'
import { readCatalog } from '../../../src/ledger/store/catalog/read-catalog.ts'
import { NO_LOOK_UP } from '../../../src/ledger/store/look-ups/look-up-request.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import type { Submission } from '../../../src/ledger/submission.ts'
import { HOUR, NOON } from '../../domain/samples.ts'
import { aPurchase, aReversal, anItem } from '../../domain/purchases/facts.ts'
import { agree, agreeOn } from '../../domain/usage/agree.ts'
import { aSubmission } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'
import { POLICY, aWriter } from './a-writer.ts'
import { commit, consume, credits, release, reserve, reverse, withCredits } from './submitting.ts'

/** The catalog sells credits in packs, and with passes of which each begins when the one before ends. */
export async function withPacks(): Promise<void> {
  await withCredits()
  const features = [{ feature: 'credits', amount: 1, perQuantity: true }]
  const sold = (id: string) => ({ id, name: id, features, references: [{ provider: 'stripe', ref: id }] })
  await putProduct(env.DB, sold('pack-of-credits'), true)
  await putProduct(
    env.DB,
    { ...sold('pass-with-credits'), duration: { every: 'day', count: 1, stacks: true } },
    true,
  )
}

const PACK = 'pack-of-credits'

/** What can happen to a user of many small lots; which lot, order or entry is meant is a place among those there are. */
type Happening = readonly [what: (typeof WHATS)[number], place: number, amount: number]

// What uses up comes most often.
const WHATS = [
  'grant',
  'grant',
  'grant',
  'buy',
  'buy',
  'consume',
  'consume',
  'consume',
  'consume',
  'use_up',
  'use_up',
  'reserve',
  'commit',
  'release',
  'reverse',
  'reverse',
  'update',
  'revoke',
  'suspend',
  'resume',
  'refund',
  'move',
  'pass',
  'pass',
  'end_life',
  'end_life',
] as const

export const happening: fc.Arbitrary<Happening> = fc.tuple(
  fc.constantFrom(...WHATS),
  fc.nat({ max: 59 }),
  fc.integer({ min: 1, max: 5 }),
)

/** What all entries of a user amount to: nothing is left out of it. */
async function foldedState(userId: string): Promise<UserState> {
  const { results } = await env.DB.prepare('SELECT bytes FROM entries WHERE user_id = ? ORDER BY seq')
    .bind(userId)
    .all<{ bytes: string }>()
  return results.reduce(
    (state, { bytes }) => fold(state, bytesToEntry(bytes).entry, null),
    emptyState(userId),
  )
}

/** Two users whose objects die between commands, and what the answers would be if all of them were loaded each time. */
export class Pair {
  readonly clock = { now: NOON }
  leftOut = 0
  #users = [aUser(), aUser()] as [string, string]
  readonly #orders: SourceKey[] = []
  #writer = aWriter(this.#users[0], this.clock)
  readonly #owners = new Map<string, string>()
  #refunds = 0

  get userId(): string {
    return this.#users[0]
  }

  async happen([what, place, amount]: Happening): Promise<void> {
    const state = await foldedState(this.userId)
    const seq = 1 + (place % Math.max(1, state.version))
    const order = this.#orders[place % Math.max(1, this.#orders.length)]
    const entitlementId = [...state.entitlements.keys()].toSorted()[
      place % Math.max(1, state.entitlements.size)
    ]
    const ofOne = (submission: Parameters<typeof aSubmission>[0]) => this.#submit(aSubmission(submission))
    switch (what) {
      case 'grant':
        return this.#submit(credits(`lot-${place % 30}`, 1 + (place % 2), termsOf(place, this.clock.now)))
      case 'buy':
        return this.#buy(amount, place % 4 === 0 ? 'pass-with-credits' : PACK)
      case 'consume':
        return this.#submit(consume(amount))
      case 'use_up': {
        const left = accessFrom(snapshotOf(state, this.clock.now), 'credits', this.clock.now).balance
        return this.#submit(consume(Math.max(1, left?.remaining ?? 1)))
      }
      case 'reserve':
        return this.#submit(reserve(amount, amount * HOUR))
      case 'commit':
        return this.#submit(commit(seq, place % 2 === 0 ? null : 1))
      case 'release':
        return this.#submit(release(seq))
      case 'reverse':
        return this.#submit(reverse(seq, place % 2 === 0 ? null : 1))
      case 'update': {
        const changes = { amount, ...(place % 3 === 0 ? { priority: place % 2 } : {}) }
        return ofOne({ type: 'update_entitlement', entitlementId: entitlementId ?? 'ent_none', changes })
      }
      case 'revoke':
      case 'suspend':
      case 'resume':
        return ofOne({ type: `${what}_entitlement`, entitlementId: entitlementId ?? 'ent_none' })
      case 'refund':
      case 'move':
        if (order === undefined) return undefined
        if (this.#owners.get(order.ref) !== this.userId) this.#become(this.#users[1], this.#users[0])
        return what === 'move' ? this.#move(order) : this.#settle(order, [this.#refund(order, amount)])
      case 'pass':
        this.clock.now += place * HOUR
        return undefined
      case 'end_life':
        this.#writer = aWriter(this.userId, this.clock)
        return undefined
    }
  }

  async #buy(quantity: number, product: string): Promise<void> {
    const order = { provider: 'stripe', account: '', ref: `order-${crypto.randomUUID()}` }
    this.#orders.push(order)
    await this.#goesTo(this.userId, order)
    const line = anItem({ id: 'line', product, quantity, ordered: quantity })
    await this.#settle(order, [aPurchase({}, { ref: order.ref, startsAt: this.clock.now, lines: [line] })])
  }

  #refund({ ref }: SourceKey, quantity: number): SourceFact {
    this.#refunds += 1
    return aReversal({ type: 'line', line: 'line', quantity }, { of: [ref], id: `refund-${this.#refunds}` })
  }

  async #settle(source: SourceKey, facts: readonly SourceFact[]): Promise<void> {
    const command = { type: 'settle_source', source, facts, moved: null } as SettleSource
    await this.#submit(aSubmission(command, { actor: null }))
  }

  /** The other user has it from now on, and is the one who goes on. */
  async #move(source: SourceKey): Promise<void> {
    const [from, to] = this.#users
    await this.#goesTo(to, source)
    await this.#submit(aSubmission({ type: 'release_source', source }))
    this.#become(to, from)
    const moved = await handOversOf(env.DB, source)
    await this.#submit(aSubmission({ type: 'settle_source', source, facts: [], moved }))
  }

  #become(one: string, other: string): void {
    this.#users = [one, other]
    this.#writer = aWriter(one, this.clock)
  }

  async #goesTo(userId: string, { provider, account, ref }: SourceKey): Promise<void> {
    this.#owners.set(ref, userId)
    await env.DB.prepare(
      'INSERT OR REPLACE INTO refs (provider, account, id, user_id, source_ref) VALUES (?, ?, ?, ?, ?)',
    )
      .bind(provider, account, ref, userId, ref)
      .run()
  }

  /** Submits to an object that may have died, and expects what all that is known of the user says. */
  async #submit(submission: Submission): Promise<void> {
    const memory = await load(env.DB, this.userId, lookUpFor([submission]))
    const loaded = { ...memory, state: await foldedState(this.userId), standIns: new Set<string>() }
    const context = { isLookedUp: true, now: this.clock.now, answering }
    const expected = await decideGroup(
      new Draft(loaded, recordToCatalog(await readCatalog(env.DB)), POLICY),
      [submission],
      context,
    )
    if (expected.type !== 'decided') throw new Error('All was looked up')
    const { status, body } = await this.#writer.submit(submission)
    const whole = expected.replies[0]?.answer
    agree({ status, body }, { status: whole?.status, body: whole?.body })
    await this.#look()
  }

  async #look(): Promise<void> {
    const { now } = this.clock
    const loaded = await load(env.DB, this.userId, NO_LOOK_UP)
    const whole = await foldedState(this.userId)
    this.leftOut += whole.entitlements.size - loaded.state.entitlements.size
    const [some, all] = [snapshotOf(loaded.state, now), snapshotOf(whole, now)]
    const remembered = (await this.#writer.writer.read()).state
    for (const at of [now, now + HOUR, now + 30 * HOUR, now + 300 * HOUR]) {
      const expected = accessFrom(all, 'credits', at)
      agree(accessFrom(some, 'credits', at), expected)
      agree(accessFrom(snapshotOf(remembered, now), 'credits', at), expected)
    }
    agree(livingIn(some, now), livingIn(all, now))
  }

  async areIntact(): Promise<void> {
    for (const userId of this.#users) {
      agreeOn(await verify(env.DB, userId), { intact: true })
    }
  }
}

/** Six lots by hand and three orders, all used up by an object that dies then. */
export const USED_UP: readonly Happening[] = [
  ['grant', 0, 1],
  ['grant', 1, 1],
  ['grant', 2, 1],
  ['grant', 7, 1],
  ['grant', 8, 1],
  ['grant', 9, 1],
  ['buy', 1, 2],
  ['buy', 2, 2],
  ['buy', 3, 2],
  ['consume', 0, 5],
  ['use_up', 0, 1],
  ['end_life', 0, 1],
]

/** A lot is lowered by hand to what is used of it, while as much is held. */
export const HELD_BEYOND: readonly Happening[] = [
  ['grant', 1, 1],
  ['consume', 0, 1],
  ['reserve', 0, 1],
  ['update', 5, 1],
  ['end_life', 0, 1],
  ['commit', 2, 1],
]

/** The rights of a snapshot; of one that has ended only that it is there, as its amount counts for nothing. */
function livingIn({ features }: Snapshot, now: number) {
  return Object.values(features).map((rights) =>
    rights.map((right) => (hasEnded(right, now) ? right.id : right)),
  )
}

/** Many stand alike; some end, come later, or are spent sooner. */
function termsOf(place: number, now: number) {
  const kind = place % 7
  if (kind === 3) return { endsAt: now + 200 * HOUR }
  if (kind === 4) return { startsAt: now - HOUR, priority: 1 }
  if (kind === 5) return { startsAt: now + HOUR, endsAt: now + 40 * HOUR }
  return {}
}
