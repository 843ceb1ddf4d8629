import { ofFeature } from '../../../src/app/checks/check-access.ts'
import type { Access } from '../../../src/domain/entitlements/access.ts'
import { type Demand, NO_DEMAND } from '../../../src/edge/freshness.ts'
import type { SnapshotReading } from '../../../src/edge/reading.ts'
import { LedgerUnavailable, VersionUnknown } from '../../../src/edge/refusals.ts'
import { accessFrom } from '../../../src/domain/user/snapshot.ts'
import type { Call } from '../linearizable.ts'
import { Violation } from '../violation.ts'
import type { Isolate } from '../world/isolate.ts'
import { FEATURES } from './catalog.ts'
import type { Operation, Result } from './register.ts'

/** What was asked of whom, and what was shown. */
export interface Shown {
  readonly userId: string
  readonly feature: string
  readonly demand: Demand
  readonly reading: SnapshotReading<Access>
  /** By the clock of the isolate, when the answer was made. */
  readonly at: number
  /** What the isolate had shown before the question came; and until when it must remember that. */
  readonly before: { readonly version: number; readonly until: number }
  /** The newest version that a client of the user had been told of when the question came. */
  readonly known: number
}

const NOTHING_SHOWN = { version: 0, until: 0 }

export interface Question {
  readonly userId: string
  readonly feature: string
  readonly demand: Partial<Demand>
  readonly known: number
}

/** Checks one feature; `null` where the ledger does not answer. */
export async function check(isolate: Isolate, { userId, feature, demand: asked, known }: Question) {
  const demand = { ...NO_DEMAND, ...asked }
  const before = isolate.shown.get(userId) ?? NOTHING_SHOWN
  const evaluation = ofFeature(feature)
  let at = isolate.now()
  const reading = await orNull(
    isolate.reader.read(userId, demand, {
      of: (found, now) => {
        at = now
        return evaluation.of(found, now)
      },
    }),
    known,
  )
  if (reading === null) return null
  remember(isolate, userId, reading)
  return { userId, feature, demand, reading, at, before, known } satisfies Shown
}

/** What the linear history tells of a strong check of both its features at once. */
export async function strongCheck(
  isolate: Isolate,
  userId: string,
  known: number,
  tick: () => number,
): Promise<Call<Operation, Result> | null> {
  const invokedAt = tick()
  const reading = await orNull(
    isolate.reader.read(
      userId,
      { ...NO_DEMAND, strong: true },
      {
        of: ({ snapshot }, now) => ({
          answer: {
            remaining: accessFrom(snapshot, 'tokens', now).balance?.remaining ?? 0,
            isExport: accessFrom(snapshot, 'export', now).allowed,
          },
          kind: 'no',
          isLasting: false,
        }),
      },
    ),
    known,
  )
  if (reading === null) return null
  remember(isolate, userId, reading)
  const result = { isDone: true, version: reading.version, ...reading.answer }
  return { operation: { type: 'check' }, invokedAt, returnedAt: tick(), result }
}

export const CHECKED = Object.keys(FEATURES)

function remember(isolate: Isolate, userId: string, { version, asOf }: SnapshotReading<unknown>): void {
  const before = isolate.shown.get(userId) ?? NOTHING_SHOWN
  const until = asOf + 3_600_000
  if (version >= before.version) isolate.shown.set(userId, { version, until })
}

async function orNull<T>(
  reading: Promise<SnapshotReading<T>>,
  known: number,
): Promise<SnapshotReading<T> | null> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof LedgerUnavailable) return null
    if (error instanceof VersionUnknown) {
      throw new Violation(`The ledger says that version ${known} is unknown, though it was acknowledged`)
    }
    throw error
  }
}
