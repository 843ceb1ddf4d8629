import type { Random } from '../random.ts'

const macrotask = globalThis.setTimeout

/** An object, a Worker's work on one event, or a client: once it is over, nothing of it goes on. */
export class Life {
  readonly ended: Promise<void>
  /** Asked at every await of it: whether it ends right there. */
  readonly endsHere: () => boolean
  #isOver = false
  #end: () => void = () => undefined

  constructor(endsHere = () => false) {
    this.endsHere = endsHere
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  get isOver(): boolean {
    return this.#isOver
  }

  end(): void {
    this.#isOver = true
    this.#end()
  }
}

/** What never comes. */
export function never(): Promise<never> {
  return new Promise(() => undefined)
}

interface Moment {
  readonly life: Life
  readonly go: () => void
}

/**
 * Decides who goes on next. All that leaves the code under test waits here for its turn, on the way out and on the
 * way back; and of what really goes to D1 and KV one is under way at a time. So the seed alone decides on the order.
 */
export class Schedule {
  readonly #random: Random
  readonly #promptness: number
  #waiting: Moment[] = []
  #underWay: Promise<unknown> = Promise.resolve()

  constructor(random: Random) {
    this.#random = random
    this.#promptness = random.of([0.2, 0.5, 0.8])
  }

  get waiting(): number {
    this.#waiting = this.#waiting.filter(({ life }) => !life.isOver)
    return this.#waiting.length
  }

  /** Waits for a turn, or goes on at once. */
  async turn(life: Life): Promise<void> {
    if (!life.isOver && life.endsHere()) life.end()
    if (life.isOver) await never()
    if (this.#random.chance(this.#promptness)) return
    await new Promise<void>((go) => this.#waiting.push({ life, go }))
  }

  /** Lets one of those who wait go on. */
  release(): void {
    const place = this.#random.below(this.waiting)
    this.#waiting.splice(place, 1)[0]?.go()
  }

  /** Sends what is real, once all that was sent before is answered. */
  real<T>(send: () => Promise<T>): Promise<T> {
    const answer = this.#underWay.then(send)
    this.#underWay = answer.catch(() => undefined)
    return answer
  }

  /** When nobody can do anything but wait for a turn or for the time. */
  async quiet(): Promise<void> {
    let seen: Promise<unknown>
    do {
      seen = this.#underWay
      await seen
      // It goes off when nothing else is ready, streams among it. There are thousands in a seed, of a millisecond or two each.
      await new Promise((resolve) => macrotask(resolve, 0))
    } while (seen !== this.#underWay)
  }
}
