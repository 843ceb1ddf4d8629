import { Reader } from '../../../src/edge/reader.ts'
import { Faults } from '../faults.ts'
import { Random } from '../random.ts'
import { type Story, storyOf } from '../workload/story.ts'
import { Clock } from './clock.ts'
import { SimulatedD1 } from './d1.ts'
import { Isolate, type MakeReader } from './isolate.ts'
import { SimulatedKv } from './kv.ts'
import { Objects, type ObjectsDeps } from './objects.ts'
import { Schedule } from './schedule.ts'
import { Shop } from './shop.ts'
import type { Surroundings } from './surroundings.ts'

/** What a build has in place of what is real, to show that the simulation notices. */
export interface Build {
  readonly name: string
  readonly d1?: D1Database
  readonly makeReader?: MakeReader
  /** Whether people hold and lease more than anything else; everything is real then. */
  readonly isOfHolders?: true
}

/** Everything around the people of one seed. What it is made of, and what is wrong with it, the seed says. */
export class World implements Surroundings {
  readonly random: Random
  readonly faults: Faults
  readonly clock = new Clock()
  readonly schedule: Schedule
  /** What happens to each user in the shop. */
  readonly stories: readonly Story[]
  readonly d1: SimulatedD1
  readonly kv: SimulatedKv
  readonly objects: Objects
  readonly shop: Shop
  /** Whether the product changes, and two keepers see to it: in one world of eight. */
  readonly isChanging: boolean
  readonly #newIsolate: () => Isolate
  readonly #isolates: Isolate[]

  constructor(seed: number, build: Build, deps: Pick<ObjectsDeps, 'state' | 'wrote'>) {
    this.random = new Random(seed)
    this.isChanging = seed % 8 === 5
    this.faults = new Faults(this.random)
    this.schedule = new Schedule(this.random)
    const users = Array.from({ length: this.random.of([1, 2]) }, (_, n) => `${build.name}-${seed}-${n}`)
    this.stories = users.map((userId) => storyOf(userId, this.random))
    const d1 = new SimulatedD1(this, build.d1)
    const kv = new SimulatedKv(this)
    const objects = new Objects(this, { ...deps, d1, kv })
    const { makeReader = (readerDeps) => new Reader(readerDeps) } = build
    this.#newIsolate = () => new Isolate(this, { kv, objects, makeReader })
    this.#isolates = [this.#newIsolate(), this.#newIsolate()]
    this.shop = new Shop(this, d1, objects, this.stories)
    this.d1 = d1
    this.kv = kv
    this.objects = objects
  }

  /** One of the isolates, which may just have been started anew. */
  isolate(): Isolate {
    const place = this.random.below(this.#isolates.length)
    if (this.faults.strikes('isolate: starts anew')) this.#isolates[place] = this.#newIsolate()
    return this.#isolates[place] ?? this.#newIsolate()
  }

  user(): string {
    return this.random.of(this.stories).userId
  }
}
