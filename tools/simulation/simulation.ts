import { env } from 'cloudflare:workers'
import type { FaultPoint } from './faults.ts'
import type { Call } from './linearizable.ts'
import { Violation } from './violation.ts'
import { judgeDeeds, judgeLeases } from './invariants/deeds.ts'
import { judgeEnd } from './invariants/end.ts'
import { judgeHistory } from './invariants/histories.ts'
import { judgeSold } from './invariants/sold.ts'
import { judgeShown } from './invariants/shown.ts'
import { Witness } from './invariants/witness.ts'
import { CHECKED, type Shown, check, strongCheck } from './workload/checks.ts'
import { Clients } from './workload/clients.ts'
import type { Operation, Result } from './workload/register.ts'
import { wishesOfHolders } from './workload/wishes.ts'
import { muted } from './world/muted.ts'
import { FRESHNESS } from './world/settings.ts'
import { type Build, World } from './world/world.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** How much time passes at once. */
const PASSING_MS = [1, 20, 200, 1000, 1000, 6000, 40_000, 6 * MINUTE_MS, 20 * HOUR_MS]

/** How far a clock jumps. */
const JUMPS_MS = [2 * SECOND_MS, HOUR_MS, 24 * HOUR_MS]

/** The life of one seed: a world, what people do in it, and what goes wrong. */
export class Simulation {
  /** Everything that was begun: commands, checks, events and rounds of keepers. */
  operations = 0
  /** What went wrong and what the Worker logged, in order, for who looks into a seed. */
  readonly story: string[] = []
  readonly #world: World
  readonly #clients: Clients
  readonly #witnesses: ReadonlyMap<string, Witness>
  #underWay = 0
  #moment = 0
  #broken: unknown = null
  readonly #written = new Set<string>()
  readonly #shown: Shown[] = []
  readonly #checks = new Map<string, Call<Operation, Result>[]>()
  #hasJumped = false
  #isChangeToCome: boolean

  constructor(seed: number, build: Build, state: DurableObjectState) {
    this.#world = new World(seed, build, { state, wrote: (userId) => this.#written.add(userId) })
    const { stories, objects } = this.#world
    this.#isChangeToCome = this.#world.isChanging
    const userIds = stories.map(({ userId }) => userId)
    this.#witnesses = new Map(userIds.map((userId) => [userId, new Witness(userId)]))
    const wanted = build.isOfHolders === true ? wishesOfHolders : undefined
    this.#clients = new Clients(this.#world, objects, userIds, () => this.#tick(), wanted)
  }

  get hits(): ReadonlyMap<FaultPoint, number> {
    return this.#world.faults.hits
  }

  /** Lives through it, and throws a `Violation` when a promise is broken. */
  async run(stepsOfUser: number): Promise<void> {
    const steps = stepsOfUser * this.#world.stories.length
    const uninstall = this.#world.clock.install()
    const unmute = muted((line) => this.story.push(line))
    this.#world.faults.struck = (point) => this.story.push(`${this.#clockText()} FAULT ${point}`)
    try {
      const atOnceMax = this.#world.random.of([1, 3, 8])
      for (let step = 0; step < steps; step += 1) {
        this.#begin(atOnceMax)
        await this.#step()
      }
      await this.#settle()
      await this.#judge()
    } finally {
      uninstall()
      unmute()
    }
  }

  async #judge(): Promise<void> {
    const { deeds } = this.#clients
    judgeDeeds(deeds, this.#witnesses)
    judgeLeases(deeds, this.#witnesses)
    await judgeEnd(this.#world, this.#witnesses)
    for (const userId of this.#witnesses.keys()) judgeHistory(userId, deeds, this.#checks.get(userId) ?? [])
  }

  /** One of the things that people begin. */
  #begin(atOnceMax: number): void {
    if (this.#underWay >= atOnceMax || this.#world.random.chance(0.1)) return
    const choices = [
      { weight: 16, begin: () => this.#clients.wish() },
      {
        weight: this.#clients.open.length > 0 ? 3 : 0,
        begin: () => this.#clients.ask(this.#world.random.of(this.#clients.open)),
      },
      { weight: 6, begin: () => this.#check() },
      { weight: 4, begin: () => this.#strongCheck() },
      { weight: this.#world.shop.untold > 0 ? 12 : 0, begin: () => this.#world.shop.tell() },
      { weight: this.#weightOfMoves(), begin: () => this.#world.shop.mover.say() },
      { weight: 1, begin: () => this.#keep() },
      { weight: this.#world.isChanging ? 2 : 0, begin: () => this.#world.shop.changeProduct() },
    ]
    this.#start(this.#world.random.weighted(choices).begin)
  }

  /** Lets something go on: a call, a late write, an alarm, the time. */
  async #step(): Promise<void> {
    const choices: readonly { readonly weight: number; readonly go: () => Promise<void> | void }[] = [
      { weight: 4 * Math.min(4, this.#world.schedule.waiting), go: () => this.#world.schedule.release() },
      { weight: this.#world.d1.late > 0 ? 2 : 0, go: () => this.#world.d1.arriveLate() },
      { weight: this.#world.kv.late > 0 ? 1 : 0, go: () => this.#world.kv.landLate() },
      {
        weight: this.#world.objects.due.length > 0 ? 3 : 0,
        go: () => this.#start(() => this.#world.objects.wake(this.#world.random.of(this.#world.objects.due))),
      },
      { weight: 2, go: () => this.#pass() },
      { weight: 1, go: () => this.#jump() },
    ]
    await this.#world.random.weighted(choices).go()
    await this.#look()
  }

  /** Most come when all was told, and something could be spent. */
  #weightOfMoves(): number {
    const { mover, untold } = this.#world.shop
    if (!mover.isFree) return 0
    return untold > 0 ? 2 : 8
  }

  #start(work: () => Promise<void>): void {
    this.operations += 1
    this.#underWay += 1
    void work()
      .catch((error: unknown) => {
        this.#broken ??= error
      })
      .finally(() => {
        this.#underWay -= 1
      })
  }

  async #check(): Promise<void> {
    const [userId, feature, isolate] = [
      this.#world.user(),
      this.#world.random.of(CHECKED),
      this.#world.isolate(),
    ]
    const known = this.#clients.versionOf(userId)
    const demand = this.#world.random.of([
      {},
      {},
      { minVersion: known },
      { maxAgeMs: 10 * SECOND_MS },
      { strong: true },
    ])
    const shown = await check(isolate, { userId, feature, demand, known })
    if (shown !== null) this.#shown.push(shown)
  }

  async #strongCheck(): Promise<void> {
    const userId = this.#world.user()
    const known = this.#clients.versionOf(userId)
    const call = await strongCheck(this.#world.isolate(), userId, known, () => this.#tick())
    if (call !== null) this.#checks.set(userId, [...(this.#checks.get(userId) ?? []), call])
  }

  /** After a failover two keepers may be at work; where a product changes, they always are. */
  async #keep(): Promise<void> {
    const { faults, isChanging } = this.#world
    const isTwice = faults.strikes('keeper: another one lives beside it') || isChanging
    await Promise.all([this.#world.shop.keep(), ...(isTwice ? [this.#world.shop.keep()] : [])])
  }

  async #pass(): Promise<void> {
    await this.#world.clock.pass(this.#world.random.of(PASSING_MS), () => this.#look())
  }

  /** Not while a write is on its way: D1 ends those by the same clock. */
  async #jump(): Promise<void> {
    if (this.#world.d1.late > 0 || this.#world.schedule.waiting > 0) return
    const isForward = this.#world.faults.strikes('clock: jumps forward')
    const isBack = this.#world.faults.strikes('clock: jumps back')
    if (!isForward && !isBack) return
    this.#hasJumped = true
    this.#world.clock.jump((isForward ? 1 : -1) * this.#world.random.of(JUMPS_MS))
  }

  /** When all have done what they can: has anything been promised that is not so? */
  async #look(): Promise<void> {
    await this.#world.schedule.quiet()
    if (this.#broken !== null) throw this.#broken
    const written = [...this.#written]
    this.#written.clear()
    for (const userId of written) await this.#witness(userId).look(this.#world.clock.now())
    if (written.length > 0) judgeSold(this.#world.stories, [...this.#witnesses.values()])
    for (const shown of this.#shown.splice(0)) {
      judgeShown(shown, this.#witness(shown.userId), { hasJumped: this.#hasJumped })
    }
  }

  /** The faults stop: what is under way ends, what is due is done, and then nothing is left to do. */
  async #settle(): Promise<void> {
    this.#world.faults.stop()
    this.#world.objects.unstick()
    for (let round = 0; round < 3000; round += 1) {
      await this.#look()
      const { schedule, d1, kv, clock, objects, shop } = this.#world
      const [[deed], [due], behind] = [this.#clients.open, objects.due, this.#behind()]
      if (schedule.waiting > 0) schedule.release()
      else if (d1.late > 0) await d1.arriveLate()
      else if (kv.late > 0) await kv.landLate()
      else if (this.#underWay > 0) await clock.pass(clock.untilNextTimer ?? MINUTE_MS, () => this.#look())
      else if (deed !== undefined) this.#start(() => this.#clients.ask(deed))
      else if (shop.untold > 0) this.#start(() => shop.tell())
      else if (await this.#hasDue()) this.#start(() => this.#keep())
      else if (shop.mover.hasMoreToSay) this.#start(() => shop.mover.say())
      else if (due !== undefined) this.#start(() => objects.wake(due))
      else if (objects.alarms.length > 0) await this.#passUntil(Math.min(...objects.alarms))
      else if (behind !== undefined) await this.#repair(behind)
      else if (this.#isChangeToCome) this.#changeOnceMore()
      else return
    }
    throw new Violation(
      `It never settles: ${JSON.stringify({ alarms: this.#world.objects.alarms, underWay: this.#underWay, waiting: this.#world.schedule.waiting })}`,
    )
  }

  /** Once nobody asks any more, no object settles by itself: what follows then, a keeper has told. */
  #changeOnceMore(): void {
    this.#isChangeToCome = false
    this.#start(() => this.#world.shop.changeProduct())
  }

  /** Whose copy in KV was written over by an older one that was late. */
  #behind(): string | undefined {
    return [...this.#witnesses.keys()].find((userId) => this.#world.kv.isBehind(userId))
  }

  /** A copy that is half as old as it may grow is confirmed again, once somebody asks. */
  async #repair(userId: string): Promise<void> {
    await this.#world.clock.pass(FRESHNESS.allowMaxAgeMs / 2 + MINUTE_MS, () => this.#look())
    const isolate = this.#world.isolate()
    this.#start(async () => {
      await check(isolate, { userId, feature: 'export', demand: {}, known: this.#clients.versionOf(userId) })
    })
  }

  /** Whether an event, a move or a change of a product is due, then or later; it is then. */
  async #hasDue(): Promise<boolean> {
    const row = await env.DB.prepare(
      `SELECT min(at) AS at FROM (SELECT next_attempt_at AS at FROM inbox UNION ALL SELECT due_at FROM source_moves
        UNION ALL SELECT due_at FROM changed_references)`,
    ).first<{ at: number | null }>()
    if (row === null || row.at === null) return false
    await this.#passUntil(row.at)
    return true
  }

  async #passUntil(moment: number): Promise<void> {
    await this.#world.clock.pass(Math.max(0, moment - this.#world.clock.now()), () => this.#look())
  }

  #witness(userId: string): Witness {
    const witness = this.#witnesses.get(userId)
    if (witness === undefined) throw new Violation(`Something was recorded of ${userId}, whom nobody knows`)
    return witness
  }

  #clockText(): string {
    return new Date(this.#world.clock.now()).toISOString()
  }

  #tick(): number {
    this.#moment += 1
    return this.#moment
  }
}
