import fc from 'fast-check'
import type { Scene } from './programs.ts'

/** One thing that is done with what is metered; of what was made before, `nth` says which. */
export interface Act {
  readonly what: 'consume' | 'reserve' | 'reverse' | 'commit' | 'release' | 'renew' | 'releaseHolder' | 'wait'
  readonly isSeat: boolean
  readonly holder: string | null
  readonly amount: number | null
  readonly nth: number
}

export const AN_ACT = fc.record<Act>({
  what: fc.constantFrom(
    ...(['consume', 'reserve', 'reverse', 'commit', 'release', 'renew', 'releaseHolder', 'wait'] as const),
  ),
  isSeat: fc.boolean(),
  holder: fc.constantFrom('ann', 'bob', null),
  amount: fc.option(fc.integer({ min: 1, max: 4 })),
  nth: fc.nat({ max: 5 }),
})

/** The program that does some acts, one after another. */
export function programOf(acts: readonly Act[]) {
  return async ({ user, renders, seats, say, wait }: Scene): Promise<void> => {
    await say(user.grant({ feature: renders, amount: 4, sourceRef: 'a', endsAt: '2031-01-01T00:00:00Z' }))
    await say(user.grant({ feature: renders, amount: 4, sourceRef: 'b' }))
    await say(user.grant({ feature: seats, amount: 5, sourceRef: 'a' }))
    const made: string[] = []
    const does = ({ what, isSeat, holder, amount, nth }: Act): Promise<unknown> => {
      const feature = isSeat ? seats : renders
      const some = amount === null ? {} : { amount }
      const taken = { feature, ...(holder === null ? { amount: amount ?? 1 } : { holder, ...some }) }
      const known = (kind: string) => made.filter((id) => id.startsWith(kind))[nth] ?? `${kind}_99`
      switch (what) {
        case 'consume':
          return user.consume(taken)
        case 'reserve':
          return user.reserve({ ...taken, ttlSeconds: 60 })
        case 'reverse':
          return user.reverse(known('con'), some)
        case 'commit':
          return user.commit(known('res'), some)
        case 'release':
          return user.release(known('res'))
        case 'renew':
          return user.renew(known('res'), { ttlSeconds: 90 })
        case 'releaseHolder':
          return user.releaseHolder({ feature, holder: holder ?? 'cleo' })
        case 'wait':
          wait(45_000)
          return user.check(feature, { consistency: 'strong' })
      }
    }
    for (const act of acts) {
      const { id } = (await say(does(act))) as { readonly id?: string }
      if (id !== undefined && !made.includes(id)) made.push(id)
    }
    for (const id of made.filter((one) => one.startsWith('res'))) await say(user.reservation(id))
  }
}
