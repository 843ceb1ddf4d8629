import fc from 'fast-check'
import { Coverage } from './coverage.ts'
import type { Violation, Ways } from './ways.ts'
import { type Lived, PROVIDERS, type ProviderName, type World, worldOf } from './worlds.ts'

/** A life that broke a promise, and the smallest one like it that was found. */
export interface Broken {
  readonly provider: ProviderName
  readonly seed: number
  readonly violation: Violation
  readonly story: readonly string[]
}

/** Of each kind of fault so many are made small: it takes long, and they are much alike. */
const SHRUNK_MAX = 1
const SHRINK_MS = 5000

export function providerOf(seed: number): ProviderName {
  const provider = PROVIDERS[seed % PROVIDERS.length]
  if (provider === undefined) throw new Error(`${seed} is no seed`)
  return provider
}

/** Lives through one life for each seed, told by the one provider or by all in turn. */
export async function liveMany(
  seeds: Iterable<number>,
  only: ProviderName | null,
  ways: Ways,
): Promise<{ readonly coverage: Coverage; readonly broken: readonly Broken[]; readonly events: number }> {
  const coverage = new Coverage()
  const broken: Broken[] = []
  const shrunk = new Map<string, number>()
  let events = 0
  for (const seed of seeds) {
    const provider = only ?? providerOf(seed)
    const lived = await worldOf(provider)((world) => liveOnce(world, seed, ways))
    const { told, violation } = lived
    coverage.add(provider, told)
    events += told.reduce((sum, [, types]) => sum + types.length, 0)
    if (violation === null) continue
    const fault = faultOf(provider, violation)
    const count = (shrunk.get(fault) ?? 0) + 1
    shrunk.set(fault, count)
    const story =
      count > SHRUNK_MAX
        ? []
        : storyOf(await worldOf(provider)((world) => smallest(world, seed, lived, ways)))
    broken.push({ provider, seed, violation, story })
  }
  return { coverage, broken, events }
}

/** Faults that look alike. */
export function faultOf(provider: ProviderName, violation: Violation): string {
  return `${provider}, ${alikeOf(violation)}`
}

function alikeOf({ kind, what, way, after }: Violation): string {
  const about = what.replaceAll(/[0-9]+/g, 'so many')
  return `${kind}: ${about}; ${way}, after ${after.at(-1) ?? 'nothing'}`
}

async function liveOnce<C>({ cases, live }: World<C>, seed: number, ways: Ways): Promise<Lived> {
  const [one] = fc.sample(cases, { seed, numRuns: 1 })
  if (one === undefined) throw new Error('Nothing was sampled')
  return live(one, ways)
}

async function smallest<C>(
  { cases, live }: World<C>,
  seed: number,
  first: Lived,
  ways: Ways,
): Promise<Lived> {
  let small = first
  const isKept = fc.asyncProperty(cases, async (one) => {
    const lived = await live(one, ways)
    if (lived.violation === null || first.violation === null) return
    if (alikeOf(lived.violation) !== alikeOf(first.violation)) return
    if (lived.words.length <= small.words.length) small = lived
    throw new Error('It breaks the same promise')
  })
  await fc.check(isKept, { seed, numRuns: 1, interruptAfterTimeLimit: SHRINK_MS })
  return small
}

function storyOf({ words, violation }: Lived): readonly string[] {
  if (violation === null) return words
  const { what, way, at, kind } = violation
  return [...words, `  ${kind}: at ${new Date(at).toISOString()} ${what} (${way})`]
}
