import fc from 'fast-check'
import { TELLERS, type TellerName } from './abilities.ts'
import { Coverage } from './coverage.ts'
import { type Case, type Lived, liveThrough } from './live-through.ts'
import { script } from './script.ts'
import type { Violation } from './ways.ts'
import { inWords } from './words.ts'

/** A life that broke a promise, and the smallest one like it that was found. */
export interface Broken {
  readonly teller: TellerName
  readonly seed: number
  readonly violation: Violation
  readonly story: readonly string[]
}

/** Of each kind of fault so many are made small: it takes long, and they are much alike. */
const SHRUNK_MAX = 1
const SHRINK_MS = 3000

/** The same for the same seed. */
export function caseOf(teller: TellerName): fc.Arbitrary<Case> {
  return fc.noBias(
    fc.record({
      teller: fc.constant(teller),
      script,
      amounts: fc.constantFrom('on_active', 'on_active', 'on_payment'),
      seed: fc.nat(),
    }),
  )
}

export function tellerOf(seed: number): TellerName {
  const teller = TELLERS[seed % TELLERS.length]
  if (teller === undefined) throw new Error(`${seed} is no seed`)
  return teller
}

/** Lives through one life for each seed, by the one teller or by all in turn. */
export async function liveMany(
  seeds: Iterable<number>,
  only: TellerName | null,
  live: (one: Case) => Promise<Lived> = liveThrough,
): Promise<{ readonly coverage: Coverage; readonly broken: readonly Broken[]; readonly events: number }> {
  const coverage = new Coverage()
  const broken: Broken[] = []
  const shrunk = new Map<string, number>()
  let events = 0
  for (const seed of seeds) {
    const teller = only ?? tellerOf(seed)
    const [one] = fc.sample(caseOf(teller), { seed, numRuns: 1 })
    if (one === undefined) throw new Error('Nothing was sampled')
    const lived = await live(one)
    coverage.add(teller, lived.bursts)
    events += lived.bursts.reduce((sum, { steps }) => sum + steps.flatMap(({ told }) => told).length, 0)
    if (lived.violation === null) continue
    const fault = faultOf(teller, lived.violation)
    const count = (shrunk.get(fault) ?? 0) + 1
    shrunk.set(fault, count)
    const told = count > SHRUNK_MAX ? lived : await smallest(teller, seed, lived, live)
    broken.push({ teller, seed, violation: lived.violation, story: count > SHRUNK_MAX ? [] : storyOf(told) })
  }
  return { coverage, broken, events }
}

/** Faults that look alike. */
export function faultOf(teller: TellerName, { kind, what, way, after }: Violation): string {
  return `${teller}, ${kind}: ${what.replaceAll(/[0-9]+/g, 'so many')}; ${way}, after ${after.at(-1) ?? 'nothing'}`
}

async function smallest(
  teller: TellerName,
  seed: number,
  first: Lived,
  live: (one: Case) => Promise<Lived>,
): Promise<Lived> {
  const { violation } = first
  let smallest = first
  const isLikeIt = fc.asyncProperty(caseOf(teller), async (one) => {
    const lived = await live(one)
    if (lived.violation === null || lived.violation.kind !== violation?.kind) return true
    if (lived.life.happenings.length <= smallest.life.happenings.length) smallest = lived
    return false
  })
  await fc.check(isLikeIt, { seed, numRuns: 1, interruptAfterTimeLimit: SHRINK_MS })
  return smallest
}

function storyOf({ life, violation }: Lived): readonly string[] {
  if (violation === null) return inWords(life)
  const { what, way, at, kind } = violation
  return [...inWords(life), `  ${kind}: at ${new Date(at).toISOString()} ${what} (${way})`]
}
