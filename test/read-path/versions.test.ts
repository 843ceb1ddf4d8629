import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { FRESHNESS, MINUTE, aReader } from '../support/a-reader.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { KvAtLocation, storedOf } from '../support/kv-at-location.ts'
import {
  aGrant,
  aKnownUser,
  aRevocation,
  recordAt,
  untilPublished,
  withExportFeature,
} from '../support/ledger.ts'
import { aUser } from '../support/user.ts'

stopTheClock()
beforeAll(withExportFeature)

type Step =
  | { readonly do: 'grant' | 'revoke' | 'publish' }
  | { readonly do: 'wait'; readonly ms: number }
  /** An isolate looks at KV as it was after that many publications; -1 is a miss. */
  | { readonly do: 'read'; readonly isolate: number; readonly strong: boolean; readonly published: number }

const isolates = [0, 1]

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom<Step>({ do: 'grant' }, { do: 'revoke' }, { do: 'publish' }),
  fc.record({
    do: fc.constant('wait' as const),
    ms: fc.constantFrom(1, 1000, FRESHNESS.denyMaxAgeMs, FRESHNESS.memoryMaxAgeMs, 5 * MINUTE, 10 * MINUTE),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      isolate: fc.constantFrom(...isolates),
      strong: fc.boolean(),
      published: fc.integer({ min: -1, max: 5 }),
    }),
  },
)

/** Plays the steps on a new user and expects of each answer what the read path promises. */
async function play(steps: readonly Step[]): Promise<void> {
  const userId = aUser()
  const places = isolates.map(() => new KvAtLocation())
  const readers = places.map(({ kv }) => aReader({ kv }))
  const seen = isolates.map(() => 0)
  const published: unknown[] = []
  /** When each version came to be. */
  const madeAt = [0]

  for (const at of steps) {
    const hasAccess = madeAt.length % 2 === 0
    switch (at.do) {
      case 'grant':
      case 'revoke': {
        if (hasAccess === (at.do === 'grant')) break
        const order = `order-${Math.ceil(madeAt.length / 2)}`
        madeAt.push(Date.now())
        await recordAt(userId, hasAccess ? aRevocation(order) : aGrant(order))
        break
      }
      case 'publish':
        await untilPublished(userId)
        published.push(await storedOf(userId))
        break
      case 'wait':
        pass(at.ms)
        break
      case 'read': {
        places[at.isolate]?.serve(userId, published[at.published] ?? null)
        const { isolate, strong } = at
        const reading = await readers[isolate]?.check(userId, { strong })
        const { allowed, version, ageMs } = reading ?? expect.unreachable()
        await readers[isolate]?.settled()

        expect(version, 'goes back').toBeGreaterThanOrEqual(seen[isolate] ?? 0)
        expect(allowed, 'is what that version says').toBe(version % 2 === 1)
        const newest = madeAt.length - 1
        const outdatedForMs = version === newest ? -1 : Date.now() - (madeAt[version + 1] ?? 0)
        const boundMs = allowed ? FRESHNESS.allowMaxAgeMs : FRESHNESS.denyMaxAgeMs
        expect(outdatedForMs, 'was true until').toBeLessThan(strong ? 0 : boundMs)
        expect(ageMs, 'was confirmed').toBeLessThan(boundMs)
        seen[isolate] = version
      }
    }
  }
}

describe('whatever KV serves, in whatever order', () => {
  it('no isolate goes back to a version before one it gave, and no answer is older than it may be', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), play), {
      numRuns: 60,
      examples: [
        [
          [
            { do: 'grant' },
            { do: 'publish' },
            { do: 'revoke' },
            { do: 'publish' },
            { do: 'read', isolate: 0, strong: false, published: 1 },
            { do: 'wait', ms: FRESHNESS.memoryMaxAgeMs },
            { do: 'read', isolate: 0, strong: false, published: 0 },
          ],
        ],
      ],
    })
  }, 60_000)

  it('also not to one that was confirmed later, by a machine whose clock is ahead', async () => {
    const userId = await aKnownUser()
    const place = new KvAtLocation()
    const before = await storedOf(userId)
    const reader = aReader({ kv: place.kv })
    const version = await recordAt(userId, aGrant('order-2'))
    expect(await reader.check(userId, { minVersion: version })).toMatchObject({ version })
    pass(FRESHNESS.memoryMaxAgeMs)
    place.serve(userId, { ...before, snapshot: { ...before.snapshot, confirmedAt: Date.now() + MINUTE } })
    expect(await reader.check(userId)).toMatchObject({ version, source: 'memory' })
    expect(place.reads).toBe(2)
  })
})
