import type { Turns } from './turns.ts'

/** How many may wait at once; the next is turned away. At fifty a batch this is about half a second of work. */
const WAITING_MAX = 512

/** How many are taken together. */
const GROUP_MAX = 50

/** What somebody has handed in, and is answered when its group is done. */
export interface Job<Item, Result> {
  readonly item: Item
  readonly answer: (result: Result) => void
  readonly fail: (error: unknown) => void
}

/** Works on a group, and must answer each of its jobs; where it throws, those that are not answered fail. */
type Work<Item, Result> = (jobs: readonly Job<Item, Result>[], join: Join<Item, Result>) => Promise<void>

/** Adds to a group whatever has come since, as far as there is room, and returns what was added. */
export type Join<Item, Result> = () => readonly Job<Item, Result>[]

/** Gathers what arrives while one group is at work, and hands it over as the next group. */
export class GroupQueue<Item, Result> {
  readonly #turns: Turns
  readonly #work: Work<Item, Result>
  readonly #waiting: Job<Item, Result>[] = []
  #askedForTurn = false

  constructor(turns: Turns, work: Work<Item, Result>) {
    this.#turns = turns
    this.#work = work
  }

  /** The result of the item, or `null` when the queue is full and nothing was done. */
  add(item: Item): Promise<Result> | null {
    if (this.#waiting.length >= WAITING_MAX) return null
    const result = new Promise<Result>((answer, fail) => this.#waiting.push({ item, answer, fail }))
    this.#askForTurn()
    return result
  }

  #askForTurn(): void {
    if (this.#askedForTurn || this.#waiting.length === 0) return
    this.#askedForTurn = true
    void this.#turns.take(async () => {
      this.#askedForTurn = false
      const jobs: Job<Item, Result>[] = []
      const join = () => {
        const more = this.#waiting.splice(0, GROUP_MAX - jobs.length)
        jobs.push(...more)
        return more
      }
      join()
      try {
        await this.#work(jobs, join)
      } catch (error) {
        for (const job of jobs) job.fail(error)
      }
      this.#askForTurn()
    })
  }
}
