import type { Random } from './random.ts'

/** Everything that can go wrong. Each is counted, and a run of many seeds fails in which one never happened. */
export const FAULT_POINTS = [
  'D1: write lost before the commit',
  'D1: reply lost after the commit',
  'D1: write arrives after the caller was told of an outage',
  'D1: write arrives while nobody is answered',
  'D1: write refused as overloaded',
  'D1: read fails',
  'D1: read is never answered',
  'KV: put fails',
  'KV: put lands and is never acknowledged',
  'KV: put lands late, maybe after a newer one',
  'KV: get fails',
  'KV: get is never answered',
  'KV: get sees an older value',
  'KV: get sees that nothing was there',
  'object: call is lost before it arrives',
  'object: reply is lost',
  'object: evicted at an await',
  'object: another one lives beside it',
  'object: storage fails',
  'alarm: goes off twice',
  'alarm: goes off late',
  'alarm: does not go off',
  'isolate: starts anew',
  'clock: jumps forward',
  'clock: jumps back',
  'event: delivered again',
  'event: delivered out of order',
  'event: delivered again with another body',
  'event: told again under another id',
  'Worker: dies while it processes an event',
  'keeper: another one lives beside it',
  'client: sends the same request at the same time',
  'client: hangs up and retries later',
] as const

export type FaultPoint = (typeof FAULT_POINTS)[number]

/** Were these as frequent as others, nothing would ever come to an end. */
const AT_EVERY_AWAIT = new Set<FaultPoint>([
  'object: evicted at an await',
  'Worker: dies while it processes an event',
])

/** The faults of one seed: a part of them, each at its own rate, until they stop. */
export class Faults {
  readonly hits = new Map<FaultPoint, number>()
  /** Called each time that one strikes. */
  struck: (point: FaultPoint) => void = () => undefined
  readonly #random: Random
  readonly #rates: ReadonlyMap<FaultPoint, number>
  #areOver = false

  constructor(random: Random) {
    this.#random = random
    const share = random.of([0.15, 0.3, 0.6])
    const rates = FAULT_POINTS.map(
      (point) => [point, random.of(AT_EVERY_AWAIT.has(point) ? [0.01, 0.03] : [0.03, 0.1, 0.3])] as const,
    )
    this.#rates = new Map(rates.filter(() => random.chance(share)))
  }

  /** Whether it happens here and now. */
  strikes(point: FaultPoint): boolean {
    const rate = this.#areOver ? undefined : this.#rates.get(point)
    if (rate === undefined || !this.#random.chance(rate)) return false
    this.hits.set(point, (this.hits.get(point) ?? 0) + 1)
    this.struck(point)
    return true
  }

  stop(): void {
    this.#areOver = true
  }
}
