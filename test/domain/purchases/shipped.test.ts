import { describe, expect, it } from 'vitest'
import { fold } from '../../../src/domain/user/fold.ts'
import { snapshotOf } from '../../../src/domain/user/access-of-state.ts'
import { accessFrom } from '../../../src/domain/user/snapshot.ts'
import { type Resolution, resolutionsBy } from '../../../src/domain/user/past.ts'
import { type UserState, emptyState } from '../../../src/domain/user/user-state.ts'
import { entryHash, genesisHash } from '../../../src/ledger/store/chain.ts'
import { bytesToEntry } from '../../../src/ledger/store/entry-bytes.ts'
import { type FoldedUser, firstMisprojected } from '../../../src/ledger/store/projection.ts'
import { stateAfter } from '../../support/a-shipped-ledger.ts'
import { type ShippedAnswer, type ShippedHistory, shippedHistories } from '../../support/shipped.ts'

/** What follows from the kept entries today. */
function foldedOf({ userId, entries }: ShippedHistory): FoldedUser {
  const resolutions = new Map<number, Resolution>()
  let state = emptyState(userId)
  for (const { bytes } of entries) {
    const { entry } = bytesToEntry(bytes)
    state = fold(state, entry, null)
    const resolved = resolutionsBy(entry, (seq) => resolutions.get(seq) ?? null)
    for (const { seq, resolution } of resolved) resolutions.set(seq, resolution)
  }
  return { state, resolutions }
}

/** The hash of every entry, computed from what is kept of it and of those before it. */
async function hashesOf({ userId, entries }: ShippedHistory): Promise<readonly string[]> {
  const hashes: string[] = []
  for (const { bytes } of entries) {
    hashes.push(await entryHash(hashes.at(-1) ?? (await genesisHash(userId)), bytes))
  }
  return hashes
}

function expectSeen(
  state: UserState,
  { now: iso }: ShippedHistory,
  seen: Readonly<Record<string, Partial<ShippedAnswer>>>,
): void {
  const now = Date.parse(iso)
  const snapshot = snapshotOf(state, now)
  for (const [feature, answer] of Object.entries(seen)) {
    expect(accessFrom(snapshot, feature, now)).toMatchObject(answer)
  }
}

/** What an app store has refunded was said to have expired; now it is gone, as with all other providers. */
function seenAfter({
  provider,
  name,
  seen,
}: ShippedHistory): Readonly<Record<string, Partial<ShippedAnswer>>> {
  if (provider !== 'revenuecat' || !name.includes('refunded')) return seen
  const answerOf = (answer: ShippedAnswer) => (answer.allowed ? answer : { allowed: false })
  return Object.fromEntries(Object.entries(seen).map(([feature, answer]) => [feature, answerOf(answer)]))
}

/** Version 4.0 forgot of a pause at Lemon Squeezy what its period was called, and so of what a reservation holds. */
const FORGOTTEN = 'lemonsqueezy: paused'

const lifted = shippedHistories
  .flatMap((history) =>
    history.lifted === null
      ? []
      : [[`${history.provider}: ${history.name}`, history, history.lifted] as const],
  )
  .filter(([name]) => name !== FORGOTTEN)

describe('what version 4.0 recorded of purchases', () => {
  it('is kept of every provider, each in at least eight states', () => {
    const byProvider = Map.groupBy(shippedHistories, ({ provider }) => provider)
    expect([...byProvider.keys()].toSorted()).toEqual([
      'lemonsqueezy',
      'paddle',
      'polar',
      'revenuecat',
      'shopify',
      'standard-webhooks',
      'stripe',
    ])
    for (const histories of byProvider.values()) expect(histories.length).toBeGreaterThanOrEqual(8)
  })

  describe.each(
    shippedHistories.map((history) => [`${history.provider}: ${history.name}`, history] as const),
  )('%s', (_name, history) => {
    it('is a chain from the genesis of its user on', async () => {
      expect(history.entries.map(({ seq }) => seq)).toEqual(history.entries.map((_entry, index) => index + 1))
      expect(await hashesOf(history)).toEqual(history.entries.map(({ hash }) => hash))
    })

    it('folds to the rows that were written with it', () => {
      const projection = {
        entitlementRows: history.entitlements,
        sourceRows: history.sources,
        referenceRows: history.sourceReferences,
        lotRows: history.lots,
        resolutionRows: history.resolutions.map((row) => ({ ...row, lapsedAt: null })),
        reservationRows: history.reservations.map((row) => ({ ...row, more: null })),
        holdingRows: [],
        windowRows: [],
      }
      expect(firstMisprojected(foldedOf(history), projection)).toBeNull()
    })

    it('answers what it answered', () => {
      expectSeen(foldedOf(history).state, history, history.seen)
    })

    it.each(history.next)(
      'gives nothing and takes nothing by what tells nothing new: $name',
      async (event) => {
        expectSeen(await stateAfter(history, event), history, seenAfter(history))
      },
    )

    it('gives nothing and takes nothing by a change of its product, or by a replay', async () => {
      const again = await stateAfter(history, null)
      expectSeen(again, history, history.seen)
      expect([...again.sources.values()].map(({ version }) => version)).toEqual(
        [...foldedOf(history).state.sources.values()].map(({ version }) => version),
      )
    })
  })

  it.each(lifted)('gives what was held of %s once that is lifted', async (_name, history, release) => {
    expectSeen(await stateAfter(history, release), history, release.seen)
  })
})
